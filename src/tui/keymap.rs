//! Keys to actions: a trie per context, read from `assets/keymap.toml` and the person's own file over it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use toml::Spanned;

use super::action::Action;
use super::keys;
use super::msg::Key;
use crate::domain::nearest::{IN_PART, nearest};

/// Every context there is. Those named as text take unbound keys as typing.
pub const CONTEXTS: &[&str] = &[
    "always",
    "global",
    "channels",
    "calendar",
    "post",
    "failed",
    "activity",
    "move",
    "composer.text",
    "composer.form",
    "builder.text",
    "builder.form",
    "builder.calendar",
    "builder.posts",
    "builder",
    "media",
    "options",
    "authorise",
    "batch",
    "doomed",
    "drafts",
    "import",
    "campaigns",
    "repeat",
    "settings",
    "unread",
    "review",
    "question",
    "sheet",
    "find",
    "field",
];

/// Contexts in which a key without a binding is text.
const TEXT: &[&str] = &["composer.text", "builder.text", "find", "field"];

/// The contexts of the panes.
const PANES: [&str; 5] = ["channels", "calendar", "post", "failed", "activity"];

/// Every place there is, as its stack of contexts, the topmost first: what lies over the panes has its own keys.
pub const PLACES: &[&[&str]] = &[
    &["channels", "global", "always"],
    &["calendar", "global", "always"],
    &["post", "global", "always"],
    &["failed", "global", "always"],
    &["activity", "global", "always"],
    &["move", "always"],
    &["composer.text", "always"],
    &["composer.form", "always"],
    &["builder.text", "always"],
    &["builder.form", "builder", "always"],
    &["builder.calendar", "builder.posts", "builder", "always"],
    &["builder.posts", "builder", "always"],
    &["media", "sheet", "always"],
    &["options", "sheet", "always"],
    &["authorise", "sheet", "always"],
    &["batch", "sheet", "always"],
    &["doomed", "sheet", "always"],
    &["drafts", "sheet", "always"],
    &["import", "sheet", "always"],
    &["campaigns", "sheet", "always"],
    &["repeat", "sheet", "always"],
    &["settings", "sheet", "always"],
    &["unread", "sheet", "always"],
    &["review", "sheet", "always"],
    &["question", "always"],
    &["sheet", "always"],
    &["find", "field", "always"],
    &["field", "always"],
];

/// What takes a key away.
const UNBOUND: &str = "none";

const SHIPPED: &str = include_str!("../../assets/keymap.toml");

/// The keymap in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keymap {
    contexts: BTreeMap<String, Node>,
}

/// What a sequence leads to so far. Order is the order of the file, so that boxes list keys as it does.
#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    action: Option<Action>,
    next: Vec<(Key, Node)>,
}

/// What a key means where it was pressed.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// This.
    Action(Action),
    /// The beginning of these.
    Pending(Vec<Continuation>),
    /// Text for the field that has the focus.
    Input,
    /// Nothing.
    None,
}

/// A key that may follow a prefix.
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    /// The key.
    pub key: Key,
    /// What it leads to; `None` for a longer sequence.
    pub action: Option<Action>,
}

/// A keymap file that cannot be used: where, and what would do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {words}")]
pub struct KeymapError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what would do.
    pub words: String,
}

impl Keymap {
    /// The keys that ship with the program.
    pub fn shipped() -> Self {
        // A test holds that the shipped file reads without fault, so the fallback is never taken.
        static KEYMAP: LazyLock<Keymap> =
            LazyLock::new(|| Keymap::default().overlaid(SHIPPED, "keymap.toml").unwrap_or_default());
        KEYMAP.clone()
    }

    /// These keys, with those of `text` over them. A key there replaces every shipped sequence it stands in the way of.
    pub fn overlaid(&self, text: &str, file: &str) -> Result<Self, KeymapError> {
        type File = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>;
        let fail = |at: usize, words: String| KeymapError { file: file.into(), line: line_of(text, at), words };
        let parsed: File =
            toml::from_str(text).map_err(|e| fail(e.span().map_or(0, |span| span.start), e.message().into()))?;
        let mut result = self.clone();
        let mut touched: Vec<(String, usize)> = Vec::new();
        for (context, bindings) in parsed {
            let name = context.get_ref();
            if !CONTEXTS.contains(&name.as_str()) {
                let hint = meant(name, CONTEXTS.iter().copied());
                return Err(fail(context.span().start, format!("\"{name}\" is not a context{hint}")));
            }
            let mut bindings: Vec<_> = bindings.into_iter().collect();
            bindings.sort_by_key(|(written, _)| written.span().start);
            let mut seen: Vec<Vec<Key>> = Vec::new();
            let root = result.contexts.entry(name.clone()).or_default();
            for (written, action) in bindings {
                let at = written.span().start;
                let keys = keys::parse_sequence(written.get_ref()).map_err(|words| fail(at, words))?;
                if let Some(other) = seen.iter().find(|other| other.starts_with(&keys) || keys.starts_with(other)) {
                    let other = keys::write_sequence(other);
                    return Err(fail(at, format!("{} and {other} stand in each other's way", written.get_ref())));
                }
                let action = match action.get_ref().as_str() {
                    UNBOUND => None,
                    name => Some(Action::from_name(name).ok_or_else(|| {
                        let hint = meant(name, Action::ALL.iter().map(|action| action.name()));
                        fail(action.span().start, format!("\"{name}\" is not an action{hint}"))
                    })?),
                };
                root.bind(&keys, action);
                touched.push((name.clone(), at));
                seen.push(keys);
            }
        }
        if let Some(stack) = result.locked() {
            let place = stack.first().copied().unwrap_or_default();
            let at =
                touched.iter().rev().find(|(context, _)| stack.contains(&context.as_str())).map_or(0, |(_, at)| *at);
            let words = format!(
                "no key would lead out of [{place}] any more: keep one of close, back, cancel or no there; none of these \
                 keys is taken over"
            );
            return Err(fail(at, words));
        }
        Ok(result)
    }

    /// Nobody is locked in: the first place, if any, out of which no key leads any more.
    fn locked(&self) -> Option<&'static [&'static str]> {
        PLACES.iter().copied().find(|stack| !stack.iter().any(|context| self.leads_out(context, stack)))
    }

    /// Whether a key of `context` leads out of the place that `stack` is, with nothing above it in the way.
    fn leads_out(&self, context: &str, stack: &[&str]) -> bool {
        let mut own = Vec::new();
        if let Some(root) = self.contexts.get(context) {
            root.collect(&mut Vec::new(), &mut own);
        }
        own.iter().filter(|(_, action)| leads_out(*action, stack)).any(|(keys, action)| {
            (1..=keys.len()).all(|length| {
                let (before, last) = keys.split_at(length - 1);
                let meant = last.first().map(|key| self.resolve(stack, before, *key));
                match meant {
                    Some(Resolution::Action(each)) => length == keys.len() && each == *action,
                    Some(Resolution::Pending(_)) => length < keys.len(),
                    _ => false,
                }
            })
        })
    }

    /// Which keys of every pane a pane's own keys hide, in words: what works elsewhere does not work there.
    pub fn hidden(&self) -> Vec<String> {
        let global = self.bindings(&["global", "always"]);
        let mut found = Vec::new();
        for pane in PANES {
            let stack = [pane, "global", "always"];
            let here = self.bindings(&stack);
            for (keys, action, _) in &global {
                if here.iter().any(|(each, does, _)| each == keys && does == action) {
                    continue;
                }
                let by = here.iter().find(|(each, ..)| each.starts_with(keys) || keys.starts_with(each));
                let by = by.map_or("nothing", |(_, action, _)| action.name());
                let keys = keys::write_sequence(keys);
                found.push(format!("in [{pane}] {keys} is {by}, and {} has no {keys} there", action.name()));
            }
        }
        found
    }

    /// What `key` means after `pending`, in a stack of contexts, the topmost first.
    pub fn resolve(&self, contexts: &[&str], pending: &[Key], key: Key) -> Resolution {
        let path: Vec<Key> = pending.iter().copied().chain([key]).collect();
        if let Some(action) = self.action_at(contexts, &path) {
            return Resolution::Action(action);
        }
        let mut following: Vec<Continuation> = Vec::new();
        for node in contexts.iter().filter_map(|context| self.contexts.get(*context)?.at(&path)) {
            for (key, next) in &node.next {
                if !following.iter().any(|each| each.key == *key) {
                    following.push(Continuation { key: *key, action: next.action });
                }
            }
        }
        if !following.is_empty() {
            return Resolution::Pending(following);
        }
        let typing = pending.is_empty() && contexts.first().is_some_and(|context| TEXT.contains(context));
        if typing { Resolution::Input } else { Resolution::None }
    }

    /// What the keys of `path` do, unless a higher context waits for more of them.
    fn action_at(&self, contexts: &[&str], path: &[Key]) -> Option<Action> {
        let mut nodes = contexts.iter().filter_map(|context| self.contexts.get(*context)?.at(path));
        nodes.find(|node| node.action.is_some() || !node.next.is_empty())?.action
    }

    /// What may follow `pending`.
    pub fn continuations(&self, contexts: &[&str], pending: &[Key]) -> Vec<Continuation> {
        match pending.split_last().map(|(key, before)| self.resolve(contexts, before, *key)) {
            Some(Resolution::Pending(following)) => following,
            _ => Vec::new(),
        }
    }

    /// The first keys that lead to `action` in this stack of contexts, when no higher context takes them away.
    pub fn keys_of(&self, action: Action, contexts: &[&str]) -> Option<Vec<Key>> {
        shortest(&self.bindings(contexts), action).cloned()
    }

    /// Every sequence that works in this stack of contexts, with its action and the context it comes from.
    pub fn bindings<'a>(&self, contexts: &[&'a str]) -> Vec<(Vec<Key>, Action, &'a str)> {
        let mut found = Vec::new();
        for context in contexts {
            let mut own = Vec::new();
            if let Some(root) = self.contexts.get(*context) {
                root.collect(&mut Vec::new(), &mut own);
            }
            for (keys, action) in own {
                let mut before = (1..keys.len()).filter_map(|length| keys.get(..length));
                let shadowed = before.any(|before| self.action_at(contexts, before).is_some());
                if !shadowed && self.action_at(contexts, &keys) == Some(action) {
                    found.push((keys, action, *context));
                }
            }
        }
        found
    }
}

/// The shortest of the sequences that the nearest context has for an action.
pub fn shortest<'a>(bindings: &'a [(Vec<Key>, Action, &str)], action: Action) -> Option<&'a Vec<Key>> {
    let (_, _, nearest) = bindings.iter().find(|(_, each, _)| *each == action)?;
    let its = bindings.iter().filter(|(_, each, context)| *each == action && context == nearest);
    its.map(|(keys, ..)| keys).min_by_key(|keys| keys.len())
}

impl Node {
    fn at(&self, path: &[Key]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.next.iter().find(|(each, _)| each == key).map(|(_, next)| next))
    }

    fn bind(&mut self, path: &[Key], action: Option<Action>) {
        let Some((key, rest)) = path.split_first() else {
            self.action = action;
            self.next.clear();
            return;
        };
        self.action = None;
        let at = self.next.iter().position(|(each, _)| each == key).unwrap_or_else(|| {
            self.next.push((*key, Self::default()));
            self.next.len() - 1
        });
        if let Some((_, next)) = self.next.get_mut(at) {
            next.bind(rest, action);
        }
        self.next.retain(|(_, next)| next.action.is_some() || !next.next.is_empty());
    }

    fn collect(&self, path: &mut Vec<Key>, into: &mut Vec<(Vec<Key>, Action)>) {
        into.extend(self.action.map(|action| (path.clone(), action)));
        for (key, next) in &self.next {
            path.push(*key);
            next.collect(path, into);
            path.pop();
        }
    }
}

/// Whether an action leads out of a place: a pane is only left by leaving the program, a text by way of its form.
fn leads_out(action: Action, stack: &[&str]) -> bool {
    match action {
        Action::Close | Action::Cancel => true,
        Action::Quit => stack.contains(&"global"),
        Action::Back | Action::No => !stack.contains(&"global"),
        Action::ComposerForm => stack.contains(&"composer.text"),
        _ => false,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// `; did you mean "…"?`, when a word comes near.
fn meant<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> String {
    nearest(word, words, IN_PART).map(|each| format!("; did you mean \"{each}\"?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Reached by `:` or by being run from elsewhere, not by a key of their own.
    const COMMAND_ONLY: &[Action] = &[
        Action::Quit,
        Action::Connect,
        Action::Settings,
        Action::Defaults,
        Action::Export,
        Action::Repetitions,
        // Beside what the cause suggests.
        Action::LinkTwin,
    ];

    fn key(text: &str) -> Key {
        keys::parse(text).unwrap()
    }

    #[test]
    fn the_shipped_file_reads_and_reaches_every_action() {
        let keymap = Keymap::default().overlaid(SHIPPED, "keymap.toml").unwrap();
        assert_eq!(keymap.contexts.len(), CONTEXTS.len());
        let mut reached = HashSet::new();
        for context in CONTEXTS {
            let bindings = keymap.bindings(&[context]);
            let sequences: HashSet<_> = bindings.iter().map(|(keys, ..)| keys.clone()).collect();
            assert_eq!(sequences.len(), bindings.len(), "{context}: a key twice");
            reached.extend(bindings.into_iter().map(|(_, action, _)| action));
        }
        for action in Action::ALL {
            assert!(reached.contains(action) != COMMAND_ONLY.contains(action), "{}", action.name());
        }
    }

    #[test]
    fn no_pane_key_hides_a_global_one() {
        let keymap = Keymap::shipped();
        let global = keymap.bindings(&["global", "always"]);
        for pane in ["channels", "calendar", "post", "failed", "activity"] {
            let stack = keymap.bindings(&[pane, "global", "always"]);
            for (keys, action, _) in &global {
                assert!(stack.iter().any(|(k, a, _)| k == keys && a == action), "{pane} hides {keys:?}");
            }
        }
    }

    #[test]
    fn a_pane_key_that_hides_a_global_one_is_named() {
        assert_eq!(Keymap::shipped().hidden(), [""; 0]);
        let mine = "[failed]\n\"u\" = \"post.verify\"\n[post]\n\"y\" = \"copy.link\"\n";
        let hidden = Keymap::shipped().overlaid(mine, "keys.toml").unwrap().hidden();
        assert!(hidden.contains(&"in [failed] u is post.verify, and undo has no u there".to_owned()), "{hidden:?}");
        assert!(hidden.iter().any(|words| words.contains("in [post] y y is copy.link")), "{hidden:?}");
        assert_eq!(hidden.len(), 7, "{hidden:?}");
    }

    #[test]
    fn prefixes_wait_and_merge_over_contexts() {
        let keymap = Keymap::shipped();
        let stack = ["calendar", "global", "always"];
        let Resolution::Pending(next) = keymap.resolve(&stack, &[], key("g")) else { panic!("g is a prefix") };
        assert!(next.iter().any(|each| each.action == Some(Action::Today)));
        assert_eq!(keymap.resolve(&stack, &[key("g")], key("t")), Resolution::Action(Action::Today));
        assert_eq!(keymap.resolve(&stack, &[key("g")], key("0")), Resolution::None);
        assert_eq!(keymap.resolve(&stack, &[], key("t")), Resolution::Action(Action::Today));
    }

    #[test]
    fn text_never_runs_the_keys_of_panes() {
        let keymap = Keymap::shipped();
        for text in ["q", "d", "P", "y", "1", "?", ":", "Ctrl-w", "Backspace"] {
            for context in ["composer.text", "field"] {
                assert_eq!(keymap.resolve(&[context, "always"], &[], key(text)), Resolution::Input, "{context} {text}");
            }
        }
        assert_eq!(keymap.resolve(&["field", "always"], &[], key("Ctrl-c")), Resolution::Action(Action::Cancel));
    }

    #[test]
    fn enter_is_never_a_dangerous_yes() {
        let keymap = Keymap::shipped();
        for context in CONTEXTS {
            if let Resolution::Action(action) = keymap.resolve(&[context], &[], key("Enter")) {
                assert!(matches!(action, Action::Open | Action::Accept | Action::Drop), "{context}: {action:?}");
            }
        }
    }

    #[test]
    fn ones_own_file_lies_over_the_shipped_one() {
        let mine = "[global]\n\"Ctrl-o\" = \"post.browse\"\n\"o\" = \"none\"\n\"g\" = \"top\"\n";
        let keymap = Keymap::shipped().overlaid(mine, "keys.toml").unwrap();
        let stack = ["calendar", "global", "always"];
        assert_eq!(keymap.resolve(&stack, &[], key("o")), Resolution::None);
        assert_eq!(keymap.resolve(&stack, &[], key("g")), Resolution::Action(Action::Top));
        assert_eq!(keymap.keys_of(Action::Browse, &stack), Some(vec![key("Ctrl-o")]));
    }

    #[test]
    fn a_keymap_that_leaves_no_way_out_of_a_place_is_refused_in_words() {
        let gone = |context: &str, keys: &[&str]| {
            let keys: String = keys.iter().map(|key| format!("\"{key}\" = \"none\"\n")).collect();
            format!("[always]\n\"Ctrl-c\" = \"none\"\n[\"{context}\"]\n{keys}")
        };
        for (context, keys, place) in [
            ("global", &["q", "Ctrl-c"][..], "channels"),
            ("move", &["Esc", "q"], "move"),
            ("composer.text", &["Esc"], "composer.text"),
            ("composer.form", &["Esc", "q"], "composer.form"),
            ("builder", &["Esc", "q"], "builder.form"),
            ("question", &["Esc", "q", "n"], "question"),
            ("field", &["Esc"], "find"),
            ("sheet", &["Esc", "q"], "media"),
        ] {
            let mine = gone(context, keys);
            let error = Keymap::shipped().overlaid(&mine, "keys.toml").unwrap_err();
            assert!(error.words.contains(&format!("lead out of [{place}]")), "{context}: {error}");
            assert!(error.line > 1, "{error}");
            // With one way left it is taken.
            let fewer = gone(context, &keys[1..]);
            assert!(Keymap::shipped().overlaid(&fewer, "keys.toml").is_ok(), "{context}");
        }
        let another = "[always]\n\"Ctrl-c\" = \"none\"\n[global]\n\"Q\" = \"quit\"\n\"q\" = \"none\"\n";
        let keymap = Keymap::shipped().overlaid(another, "keys.toml").unwrap();
        assert_eq!(keymap.resolve(&["calendar", "global", "always"], &[], key("Ctrl-c")), Resolution::None);
        // A prefix in the way of the only key is as good as taking it away.
        let hidden =
            "[always]\n\"Ctrl-c\" = \"none\"\n[question]\n\"n\" = \"none\"\n\"q\" = \"none\"\n\"Esc\" = \"yes\"\n";
        assert!(Keymap::shipped().overlaid(hidden, "keys.toml").is_err());
    }

    #[test]
    fn every_context_is_in_some_place() {
        for context in CONTEXTS {
            assert!(PLACES.iter().any(|stack| stack.contains(context)), "{context}");
        }
    }

    #[test]
    fn mistakes_name_file_line_and_what_would_do() {
        for (text, line, hint) in [
            ("[global]\n\"j\" = \"down\"\n\"m\" = \"post.mvoe\"\n", 3, "post.move"),
            ("\n[globl]\n\"j\" = \"down\"\n", 2, "global"),
            ("[global]\n\"Ctrl-i\" = \"down\"\n", 2, "Tab"),
            ("[global]\n\"g\" = \"top\"\n\"g g\" = \"top\"\n", 3, "each other's way"),
            ("[global]\n\"j\" = \n", 2, ""),
        ] {
            let error = Keymap::shipped().overlaid(text, "keys.toml").unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.to_string().starts_with("keys.toml:") && error.words.contains(hint), "{error}");
        }
    }
}
