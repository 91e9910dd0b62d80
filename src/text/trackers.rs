//! Links without what only counts clicks: they lead to the same page, and are shorter.

use super::entities::{EntityKind, by_grammar};
use super::rules::Grammar;

/// Parameters that shops, ad networks and mailers add to recognise a click; a page is the same without them. Their
/// names as the services document them.
const NAMES: &[&str] = &[
    "dclid",
    "epik",
    "fbclid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "rdt_cid",
    "s_kwcid",
    "sccid",
    "srsltid",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "yclid",
    "_hsenc",
    "_hsmi",
];
/// Beginnings of the names of whole families.
const FAMILIES: &[&str] = &["utm_", "mtm_", "pk_"];

/// `text` with its links freed of tracking; none where there is nothing to free. Everything else, the order of the other
/// parameters and the anchor included, stays byte by byte.
pub fn untracked(text: &str, grammar: Grammar) -> Option<String> {
    let mut freed = String::with_capacity(text.len());
    let mut at = 0;
    for link in by_grammar(text, grammar).into_iter().filter(|entity| entity.kind == EntityKind::Link) {
        let Some(shorter) = text.get(link.span.clone()).and_then(freed_link) else { continue };
        freed.push_str(text.get(at..link.span.start)?);
        freed.push_str(&shorter);
        at = link.span.end;
    }
    freed.push_str(text.get(at..)?);
    (at > 0).then_some(freed)
}

/// One link without its tracking parameters; none where it has none.
fn freed_link(link: &str) -> Option<String> {
    let (rest, anchor) = link.split_once('#').map_or((link, None), |(rest, anchor)| (rest, Some(anchor)));
    let (page, query) = rest.split_once('?')?;
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_tracking(pair)).collect();
    if kept.len() == query.split('&').count() {
        return None;
    }
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
    Some(format!("{page}{query}{anchor}"))
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_counts_clicks_goes() {
        for (link, freed) in [
            ("https://www.acme.dev/v2?utm_source=x&utm_medium=social", Some("https://www.acme.dev/v2")),
            ("https://acme.dev/?id=7&utm_source=x&lang=de#top", Some("https://acme.dev/?id=7&lang=de#top")),
            ("https://acme.dev/?fbclid=abc&q=a%20b", Some("https://acme.dev/?q=a%20b")),
            ("https://acme.dev/?GCLID=abc", Some("https://acme.dev/")),
            ("https://acme.dev/?q=utm_source&page=2", None),
            ("https://acme.dev/utm_source=x", None),
            ("https://acme.dev/?&&", None),
            ("https://acme.dev/#?utm_source=x", None),
        ] {
            assert_eq!(freed_link(link).as_deref(), freed, "{link}");
        }
        let text = "Two: https://acme.dev/a?utm_id=1 and https://acme.dev/b?gclid=2, utm_source=3";
        let freed = "Two: https://acme.dev/a and https://acme.dev/b, utm_source=3";
        assert_eq!(untracked(text, Grammar::Plain).as_deref(), Some(freed));
        assert_eq!(untracked(freed, Grammar::Plain), None);
    }

    proptest! {
        #[test]
        fn a_text_only_gets_shorter_and_only_once(text in "(\\PC|https://a\\.de/|\\?|&|utm_x=1|b=2|#| ){0,30}") {
            for grammar in [Grammar::X, Grammar::Bluesky, Grammar::Mastodon, Grammar::Plain, Grammar::Reddit] {
                if let Some(freed) = untracked(&text, grammar) {
                    prop_assert!(freed.len() < text.len());
                }
            }
        }
    }
}
