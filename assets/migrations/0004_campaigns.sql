-- Each post of a campaign knows its number in it; the posts of a campaign are found by its name.
ALTER TABLE post ADD COLUMN campaign_number INTEGER;
CREATE INDEX post_campaign ON post (campaign) WHERE campaign IS NOT NULL;
