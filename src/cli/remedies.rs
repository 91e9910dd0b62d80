//! The screen's remedies, said for the shell: where the screen has a key, the shell has a command.

/// What a remedy says of a key, and what it says here. The longer ones come first.
const SAID: &[(&str, &str)] = &[
    (" a connects the channel again", " the channel has to be connected again at its provider"),
    (" a links it", " `runsheet failed link ID` links it"),
    (" e opens it where it is too long", " `runsheet` opens it where it is too long"),
    (" e opens it", " `runsheet` opens it"),
    (" e changes the text", " change the text in `runsheet`"),
    (" e edits", " `runsheet` edits it"),
    (" V verifies", " `runsheet failed verify ID` verifies"),
    (" V asks", " `runsheet failed verify ID` asks"),
    (" V looks", " `runsheet failed verify ID` looks"),
    (" R fetches", " `runsheet sync` fetches"),
    (" r asks before sending", " `runsheet` asks before it sends it again"),
    (" r sends it", " `runsheet failed publish ID` sends it"),
    (" r retries", " `runsheet failed retry ID` retries"),
    (" s gives it", " `runsheet move ID WHEN` gives it"),
    (" d deletes it", " `runsheet delete ID --yes` deletes it"),
    (" P publishes", " `runsheet failed publish ID` publishes"),
    (" x dismisses", " `runsheet failed drop ID` dismisses"),
    (" x drops it", " `runsheet failed drop ID` drops it"),
    (" D makes a copy", " `runsheet` makes a copy"),
];

/// Words of the screen as the shell says them.
pub fn in_the_shell(words: &str) -> String {
    let mut said = format!(" {words}");
    for (key, command) in SAID {
        said = said.replace(key, command);
    }
    said.strip_prefix(' ').map(str::to_owned).unwrap_or(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::outcome::Cause;

    #[test]
    fn no_remedy_of_the_shell_names_a_key() {
        for cause in [
            Cause::UnknownOutcome,
            Cause::Missed,
            Cause::Reconnect,
            Cause::TooLong,
            Cause::Media,
            Cause::Duplicate,
            Cause::Content,
            Cause::PlanLimit,
            Cause::RateLimit,
            Cause::Forbidden,
            Cause::Conflict,
            Cause::Outage,
            Cause::Other,
        ] {
            let said = in_the_shell(cause.remedy());
            let is_key = |word: &&str| word.len() == 1 && *word != "a";
            let words = || said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            assert!(!words().any(|word| is_key(&word)), "{cause:?}: {said}");
            assert!(!said.starts_with("a "), "{cause:?}: {said}");
        }
        assert_eq!(in_the_shell("nothing to do"), "nothing to do");
    }
}
