//! stub
use super::{compose::Variant, rules::NetworkRules};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Plain,
    Link,
    Mention,
    Hashtag,
    Muted,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewSpan {
    pub text: String,
    pub role: Role,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewLine {
    pub spans: Vec<PreviewSpan>,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub lines: Vec<PreviewLine>,
    pub folded_after: Option<usize>,
    pub card: Option<String>,
    pub no_card: Option<String>,
}
pub fn preview(v: &Variant, _r: &NetworkRules, _width: u16) -> Preview {
    Preview {
        lines: v
            .text
            .lines()
            .map(|l| PreviewLine { spans: vec![PreviewSpan { text: l.into(), role: Role::Plain }] })
            .collect(),
        folded_after: None,
        card: None,
        no_card: None,
    }
}
