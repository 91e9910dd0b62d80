-- How a post is dressed: its style, its link and what was written before both were filled in, as JSON; mostly nothing.
ALTER TABLE post ADD COLUMN styling TEXT;
