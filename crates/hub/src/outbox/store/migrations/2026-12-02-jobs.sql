-- the job as which the other system has taken a row, while it has not said what became of it
ALTER TABLE submission ADD COLUMN job TEXT;
