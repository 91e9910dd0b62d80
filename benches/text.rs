//! What the composer pays for a keystroke: measuring and checking a very long text on every network.

use divan::{Bencher, black_box};
use runsheet::domain::channel::Network;
use runsheet::text::check::check;
use runsheet::text::compose::compose;
use runsheet::text::measure::measure;
use runsheet::text::preview::preview;
use runsheet::text::rules::Rules;

/// Characters of an X post by a Premium account, the longest text that is common.
const LENGTH: usize = 25_000;

fn main() {
    divan::main();
}

/// Networks of a post that goes nearly everywhere.
const NETWORKS: usize = 12;

/// Prose with what costs most: links, mentions, tags, emoji, accents; `spaced` or without a space in it.
fn text(spaced: bool) -> String {
    long_text(spaced, LENGTH)
}

fn long_text(spaced: bool, length: usize) -> String {
    let piece = "Léa wrote to @anna about https://example.com/a?b=c and #news 👩\u{200D}🚀 at 日本.com, ";
    let piece = if spaced { piece.to_owned() } else { piece.replace(' ', "") };
    piece.chars().cycle().take(length).collect()
}

#[divan::bench(args = [true, false])]
fn measure_on_all_networks(bencher: Bencher<'_, '_>, spaced: bool) {
    let (text, rules) = (text(spaced), Rules::shipped());
    bencher.bench(|| rules.networks().map(|(_, rules)| measure(black_box(&text), rules).count).sum::<usize>());
}

#[divan::bench(args = [true, false])]
fn check_on_all_networks(bencher: Bencher<'_, '_>, spaced: bool) {
    let (text, rules) = (text(spaced), Rules::shipped());
    bencher.bench(|| {
        let problems =
            |network: &Network, rules| check(&compose(network, black_box(&text), None, None, &[]), rules).len();
        rules.networks().map(|(network, rules)| problems(network, rules)).sum::<usize>()
    });
}

#[divan::bench(args = [40, 120])]
fn preview_of_one_network(bencher: Bencher<'_, '_>, width: u16) {
    let network = Network::from_word("x");
    let Some(rules) = Rules::shipped().network(&network) else { return };
    let variant = compose(&network, &text(true), None, None, &[]);
    bencher.bench(|| preview(black_box(&variant), rules, width).lines.len());
}

/// Everything that one key changes: counters, problems and preview of twelve networks.
#[divan::bench(args = [300, 25_000])]
fn keystroke(bencher: Bencher<'_, '_>, length: usize) {
    let (text, rules) = (long_text(true, length), Rules::shipped());
    bencher.bench(|| {
        let of_one = |network: &Network, rules| {
            let variant = compose(network, black_box(&text), None, None, &[]);
            let counted = measure(&variant.text, rules).count;
            counted + check(&variant, rules).len() + preview(&variant, rules, 60).lines.len()
        };
        rules.networks().take(NETWORKS).map(|(network, rules)| of_one(network, rules)).sum::<usize>()
    });
}
