//! Tags of posts as people write them: apart by blanks or commas, with or without their #; one with blanks in quotes.

/// The tags in `words`, each once, without their #.
pub fn read(words: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let (mut tag, mut quoted) = (String::new(), false);
    for c in words.chars().chain([',']) {
        match c {
            '"' => quoted = !quoted,
            // A quote that never ends quotes nothing beyond the line.
            c if (c == ',' || c.is_whitespace()) && !quoted => put(&mut found, &std::mem::take(&mut tag)),
            c if c.is_control() => {}
            c => tag.push(c),
        }
    }
    put(&mut found, &tag);
    found
}

fn put(found: &mut Vec<String>, tag: &str) {
    let tag = tag.trim().trim_end_matches(',').trim_start_matches('#').trim();
    if !tag.is_empty() && !has(found, tag) {
        found.push(tag.to_owned());
    }
}

/// How tags are written: `#launch #"open house"`.
pub fn written(tags: &[String]) -> String {
    let one = |tag: &String| {
        let tag = tag.trim_start_matches('#').replace('"', "");
        if tag.contains(|c: char| c.is_whitespace() || c == ',') { format!("#\"{tag}\"") } else { format!("#{tag}") }
    };
    tags.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Whether `tag` is among `tags`, whatever their case.
pub fn has(tags: &[String], tag: &str) -> bool {
    let plain = |tag: &str| tag.trim_start_matches('#').to_lowercase();
    tags.iter().any(|each| plain(each) == plain(tag))
}

/// Puts `those` among `tags`, or takes them out.
pub fn turn(tags: &mut Vec<String>, those: &[String], on: bool) {
    match on {
        true => {
            for tag in those {
                if !has(tags, tag) {
                    tags.push(tag.clone());
                }
            }
        }
        false => tags.retain(|tag| !has(those, tag)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_people_write_them_and_written_so_that_they_are_read_again() {
        for (words, tags) in [
            ("launch, #autumn  Webinar", &["launch", "autumn", "Webinar"][..]),
            ("#launch LAUNCH,,", &["launch"]),
            ("\"open house\" #\"two, three\"", &["open house", "two, three"]),
            ("launch \"never ends", &["launch", "never ends"]),
            (" , # ## ", &[]),
        ] {
            let read = read(words);
            assert_eq!(read, tags, "{words}");
            assert_eq!(super::read(&written(&read)), read, "{words}");
        }
        assert_eq!(written(&["launch".into(), "#open house".into()]), "#launch #\"open house\"");
    }

    #[test]
    fn tags_are_turned_whatever_their_case() {
        let mut tags = read("launch autumn");
        turn(&mut tags, &read("AUTUMN webinar"), true);
        assert_eq!(tags, ["launch", "autumn", "webinar"]);
        turn(&mut tags, &read("Launch webinar nothing"), false);
        assert_eq!(tags, ["autumn"]);
    }
}
