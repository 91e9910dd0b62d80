-- The queue that gives a post its time, as JSON; mostly nothing.
ALTER TABLE post ADD COLUMN queue TEXT;
