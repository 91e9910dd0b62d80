//! stub
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;
pub fn clean(t: &str) -> Cow<'_, str> {
    Cow::Owned(t.chars().filter(|c| !c.is_control() || *c == '\n').collect())
}
pub fn one_line(t: &str) -> String {
    clean(t).split_whitespace().collect::<Vec<_>>().join(" ")
}
pub fn truncate(t: &str, cells: usize) -> String {
    if t.width() <= cells {
        return t.into();
    }
    let mut o = String::new();
    for c in t.chars() {
        if o.width() + 2 > cells {
            break;
        }
        o.push(c);
    }
    o.push('…');
    o
}
pub fn cells(t: &str) -> usize {
    t.width()
}
