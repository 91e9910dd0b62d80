//! What the composer pays for a keystroke: measuring and checking a very long text on every network.

use std::sync::Arc;

use chrono::DateTime;
use chrono_tz::Europe::Berlin;
use divan::{Bencher, black_box};
use runsheet::domain::channel::{Channel, Health, Network};
use runsheet::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
use runsheet::domain::post::{Post, Target};
use runsheet::text::check::check;
use runsheet::text::compose::compose;
use runsheet::text::measure::measure;
use runsheet::text::preview::preview;
use runsheet::text::rules::Rules;
use runsheet::tui::keymap::Keymap;
use runsheet::tui::model::Model;
use runsheet::tui::msg::{Key, KeyCode};
use runsheet::tui::theme::Theme;
use runsheet::tui::tools::composer;

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

fn channel(network: &Network) -> Channel {
    let (account, remote) = (AccountName::new("acme"), RemoteId::new(network.key()));
    let id = ChannelId::of(&account, &remote);
    let (handle, name) = (format!("@{}", network.key()), String::new());
    Channel {
        id,
        account,
        remote,
        network: network.clone(),
        handle,
        name,
        health: Health::Ok,
        hidden: false,
        gone: false,
    }
}

/// The same through the composer's own door, at 200x60: a letter typed at the end of the text, or taken away again, and
/// everything computed that is drawn after it. Styles, highlights and what was typed into the editor are part of it.
#[divan::bench(args = [300, 25_000])]
fn key_in_the_composer(bencher: Bencher<'_, '_>, length: usize) {
    let (now, ids) = (DateTime::UNIX_EPOCH, IdSource::seeded(1));
    let rules = Arc::new(Rules::shipped().clone());
    let mut model = Model::new(now, Berlin, (200, 60), rules, Keymap::shipped(), Theme::default(), ids.clone());
    model.board.channels = Rules::shipped().networks().take(NETWORKS).map(|(network, _)| channel(network)).collect();
    let mut post = Post::draft(ids.post(now), now);
    post.body = long_text(true, length);
    post.targets = model.board.channels.iter().map(|channel| Target::new(channel.id.clone())).collect();
    let mut open = composer::open(post, &model.shared, &model.board);
    let mut keys = [KeyCode::Char('x'), KeyCode::Backspace].into_iter().cycle();
    bencher.bench_local(|| {
        let key = keys.next().map(Key::plain);
        key.map(|key| composer::input(&mut open, &mut model.shared, &model.board, key).len())
    });
}
