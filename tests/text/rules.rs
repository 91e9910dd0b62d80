//! The shipped rules load, overlays change only what they name, and errors say where and what instead.

use runsheet::domain::channel::Network;
use runsheet::text::rules::{Rules, Unit};

#[test]
fn the_shipped_file_loads_and_knows_fourteen_networks() {
    let text = include_str!("../../assets/networks.toml");
    let loaded = Rules::load(text, "networks.toml").expect("the shipped rules load");
    assert_eq!(loaded.networks().count(), 14);
    assert_eq!(&loaded, Rules::shipped());
    for (network, rules) in loaded.networks() {
        assert!(network.is_known(), "{network}");
        assert!(rules.limit > 0, "{network}");
    }
}

#[test]
fn units_have_words() {
    let unit = |name: &str| crate::vectors::rules(name).count.unit();
    assert_eq!((unit("x"), unit("bluesky"), unit("threads")), (Unit::Weighted, Unit::Graphemes, Unit::Utf8Bytes));
    assert_eq!(
        (unit("x").word(), unit("bluesky").word(), unit("threads").word()),
        ("characters", "graphemes", "bytes")
    );
}

#[test]
fn an_overlay_changes_what_it_names_and_nothing_else() {
    let own = "[x]\nlimit = 25_000\n[instagram.media]\nitems = 20\n[peertube]\ncount = \"utf16\"\nlimit = 10000\n";
    let rules = Rules::shipped().overlaid(own, "rules.toml").expect("an overlay");
    let (x, shipped) = (rules.network(&Network::from_word("x")).expect("x"), crate::vectors::rules("x"));
    assert_eq!((x.limit, x.link_cost, &x.count), (25_000, shipped.link_cost, &shipped.count));
    let instagram = rules.network(&Network::from_word("instagram")).expect("instagram");
    assert_eq!((instagram.media.items.max, instagram.hashtags.max), (Some(20), Some(30)));
    assert!(rules.network(&Network::from_word("peertube")).is_some());
    assert!(rules.network(&Network::from_word("orkut")).is_none());
}

#[test]
fn errors_name_file_line_and_the_nearest_word() {
    for (text, line, said) in [
        ("\n[x]\nlimt = 3\n", 3, "rules.toml:3: unknown key `limt` in `x`; did you mean `limit`?"),
        ("[linkdin]\nlimit = 3\n", 1, "did you mean `linkedin`?"),
        ("[twitter]\nlimit = 3\n", 1, "did you mean `x`?"),
        ("[x]\ncount = \"utf61\"\n", 2, "did you mean `utf16`?"),
        ("[x]\ncount = { kind = \"wieghted\" }\n", 2, "did you mean `weighted`?"),
        ("[x]\ncount = { scale = 1 }\n", 2, "`count` needs a `kind`"),
        ("[x]\ncount = { kind = \"utf8\", scale = 1 }\n", 2, "unknown key `scale`"),
        ("[x]\ncount = { kind = \"weighted\", scale = 0 }\n", 2, "1 or more"),
        (
            "[x]\ncount = { kind = \"weighted\", ranges = [[9, 3, 1]] }\n",
            2,
            "[first code point, last code point, weight]",
        ),
        ("[x]\nlimit = 0\n", 2, "1 or more"),
        ("[x]\nlimit = -5\n", 2, "whole number"),
        ("[x]\nlimit = \"many\"\n", 2, "whole number"),
        ("[x]\nthread = 1\n", 2, "true or false"),
        ("[x]\nmarks = [\"lnik\"]\n", 2, "did you mean `link`?"),
        ("[instagram]\nhashtags_warn = 31\n", 1, "warns of `hashtags` above 31, but refuses it above 30"),
        ("[instagram.media.image]\nratio = [2, 1]\n", 2, "[least, greatest]"),
        ("[facebook]\ntitle = { required = true }\n", 2, "`title` needs a `limit`"),
        ("[x]\nlimit = \n", 2, "rules.toml:2:"),
        ("x = 3\n", 1, "table of keys"),
    ] {
        let error = Rules::shipped().overlaid(text, "rules.toml").expect_err(text);
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
}

#[test]
fn a_network_alone_needs_a_limit() {
    let error = Rules::load("[x]\nthread = true\n", "rules.toml").expect_err("no limit");
    assert!(error.to_string().contains("[x] needs a `limit`"), "{error}");
}
