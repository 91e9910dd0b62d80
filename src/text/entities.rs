//! stub
use std::ops::Range;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityKind {
    Link,
    Mention,
    Hashtag,
    Cashtag,
    List,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    pub kind: EntityKind,
    pub span: Range<usize>,
}
pub fn entities(_t: &str, _r: &super::rules::NetworkRules) -> Vec<Entity> {
    Vec::new()
}
