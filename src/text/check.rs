//! stub
use super::{compose::Variant, rules::NetworkRules};
use crate::domain::problem::Problem;
pub fn check(_v: &Variant, _r: &NetworkRules) -> Vec<Problem> {
    Vec::new()
}
