-- Numbers that may have been written as they are dialled in town: few of all, so that whoever calls is looked for once
-- among them and not once in each block.
CREATE INDEX customer_number_unsure ON customer_number (digits)
    WHERE digits IS NOT NULL AND (kind <> 1 OR certainty = 0);
