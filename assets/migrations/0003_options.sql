-- What networks are told beside text, time and media, as JSON; mostly nothing.
ALTER TABLE post ADD COLUMN options TEXT;
ALTER TABLE post ADD COLUMN first_comment TEXT;
ALTER TABLE target ADD COLUMN extras TEXT;
