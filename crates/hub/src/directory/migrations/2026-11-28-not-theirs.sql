-- Who said that a number is not a customer's; absent: said before that was written down.
ALTER TABLE dismissed ADD COLUMN agent TEXT;
