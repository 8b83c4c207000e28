-- Customers by blocks of 131,072, in the order of their ids. Each block has a part of its own in the indexes by which
-- customers are found: new ones touch the pages of the last block and not all there are, which made a long list take
-- twice as long. Whoever is looked for is looked for in each block that there is.
CREATE VIEW customer_block (n) AS
    WITH RECURSIVE block (n) AS (
        SELECT (SELECT min(id) >> 17 FROM customer)
        UNION ALL
        SELECT (SELECT min(id) >> 17 FROM customer WHERE id >= (block.n + 1) << 17) FROM block WHERE block.n IS NOT NULL
    )
    SELECT n FROM block WHERE n IS NOT NULL;

DROP INDEX customer_number_digits;
DROP INDEX customer_number_reversed;
DROP INDEX customer_person;
DROP INDEX customer_source_key;
CREATE INDEX customer_number_digits ON customer_number (customer_id >> 17, digits) WHERE digits IS NOT NULL;
CREATE INDEX customer_number_reversed ON customer_number (customer_id >> 17, reversed) WHERE reversed IS NOT NULL;
CREATE INDEX customer_person ON customer (id >> 17, person_key, email_key) WHERE person_key IS NOT NULL;
CREATE INDEX customer_source_key ON customer (id >> 17, source_key) WHERE source_key IS NOT NULL;
