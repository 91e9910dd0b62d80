-- going_at follows from the rest of a post and its target; it is written beside them so that an index alone can tell what
-- is still to come on each channel.
ALTER TABLE target ADD COLUMN going_at INTEGER;

UPDATE target
SET going_at = CASE WHEN post.wish = 'now' AND outcome <> '"publishing"' THEN post.updated_at
                    ELSE COALESCE(target.instant, post.instant) END
FROM post
WHERE post.id = target.post
  AND (outcome = '"publishing"'
       OR post.wish IN ('schedule', 'now') AND post.queue IS NULL
          AND (outcome IN ('"accepted"', '"not_sent"') OR outcome LIKE '{"deferred"%'));

CREATE INDEX target_going ON target (going_at, channel) WHERE going_at IS NOT NULL;
