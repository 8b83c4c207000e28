-- When a customer of another system is gone, what was remembered of them goes, too.
CREATE INDEX remembered_elsewhere_customer ON remembered_elsewhere (customer);
