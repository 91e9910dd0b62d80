//! Which channels share a text of their network's own.
//!
//! In a file that is a variant under the network's name. A post keeps the same text with each of its channels: where two
//! or more of a network say the same, they say it for the network.

use super::state::State;
use crate::domain::channel::Network;
use crate::domain::ids::ChannelId;
use crate::domain::post::{Post, Target};
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::widgets::editor::Editor;

/// The channels of a post that share their network's text: of each network with several channels the most that say the
/// same, and say it instead of the base.
pub fn shared(post: &Post, board: &Board) -> Vec<(ChannelId, Network)> {
    let mut sharing = Vec::new();
    let mut seen: Vec<&Network> = Vec::new();
    for target in &post.targets {
        let Some(network) = network(&target.channel, board).filter(|network| !seen.contains(network)) else { continue };
        seen.push(network);
        let own: Vec<&Target> =
            of_network(post, network, board).into_iter().filter(|target| target.text.is_some()).collect();
        let alike = |text: &Target| own.iter().filter(|other| other.text == text.text).count();
        // Of several that are as many, the first.
        let most = own.iter().rev().max_by_key(|target| alike(target)).filter(|target| alike(target) > 1);
        let Some(most) = most else { continue };
        let alike = own.iter().filter(|target| target.text == most.text);
        sharing.extend(alike.map(|target| (target.channel.clone(), network.clone())));
    }
    sharing
}

/// The other channels of a channel's network in the post, and the network's name.
pub fn beside(post: &Post, channel: &ChannelId, board: &Board) -> (Vec<ChannelId>, String) {
    let Some(network) = network(channel, board) else { return (Vec::new(), channel.as_str().to_owned()) };
    let others = of_network(post, network, board).into_iter().map(|target| target.channel.clone());
    (others.filter(|other| other != channel).collect(), network.name().to_owned())
}

/// The text of a channel's network, where it has one.
pub fn text_of(post: &Post, sharing: &[(ChannelId, Network)], channel: &ChannelId, board: &Board) -> Option<String> {
    let network = network(channel, board)?;
    let shares = |target: &&Target| sharing.iter().any(|(id, of)| *id == target.channel && of == network);
    post.targets.iter().find(shares)?.text.clone()
}

fn network<'a>(channel: &ChannelId, board: &'a Board) -> Option<&'a Network> {
    board.channel(channel).map(|channel| &channel.network)
}

fn of_network<'a>(post: &'a Post, of: &Network, board: &Board) -> Vec<&'a Target> {
    post.targets.iter().filter(|target| network(&target.channel, board) == Some(of)).collect()
}

impl State {
    /// The network whose text a channel follows.
    pub(super) fn network_of(&self, channel: &ChannelId) -> Option<&Network> {
        self.of_network.iter().find(|(id, _)| id == channel).map(|(_, network)| network)
    }

    /// How many channels follow that network's text.
    pub(super) fn followers(&self, network: &Network) -> usize {
        self.of_network.iter().filter(|(_, of)| of == network).count()
    }

    /// Whose editor a channel's text is written in: of those that share one, the first.
    pub(super) fn seat<'a>(&'a self, channel: &'a ChannelId) -> &'a ChannelId {
        let Some(network) = self.network_of(channel) else { return channel };
        let mut targets = self.post.targets.iter().map(|target| &target.channel);
        targets.find(|other| self.network_of(other) == Some(network)).unwrap_or(channel)
    }

    /// What is written for one channel of a network's text is written for all.
    pub(super) fn spread(&mut self, channel: &ChannelId, text: &str) {
        let Some(network) = self.network_of(channel).cloned() else { return };
        let sharing = self.of_network.clone();
        let shares = |target: &&mut Target| sharing.iter().any(|(id, of)| *id == target.channel && *of == network);
        self.post.targets.iter_mut().filter(shares).for_each(|target| target.text = Some(text.to_owned()));
    }

    /// Whether its network's text is what a channel follows, or would follow instead of one of its own.
    pub(super) fn follows_network(&self, channel: &ChannelId, board: &Board) -> bool {
        let written = |target: &Target| target.channel == *channel && target.text.is_some();
        let has_text = text_of(&self.post, &self.of_network, channel, board).is_some();
        // One channel alone has no need of a network's text.
        has_text && !beside(&self.post, channel, board).0.is_empty() && self.post.targets.iter().any(written)
    }

    /// A channel leaves its network's text for one of its own, or gives its own up for the network's.
    pub(super) fn part_or_join(&mut self, channel: &ChannelId, shared: &Shared, board: &Board) -> Vec<Effect> {
        let Some(text) = text_of(&self.post, &self.of_network, channel, board) else { return Vec::new() };
        let editors = self.editors();
        if self.network_of(channel).is_some() {
            self.of_network.retain(|(id, _)| id != channel);
            let earlier = self.relinked.iter().find(|(id, _)| id == channel).map(|(_, own)| own.clone());
            self.write(channel, Some(earlier.unwrap_or(text)));
        } else {
            self.give_up(channel);
            self.join(channel, text, board);
        }
        self.reseat(editors, None);
        self.regrouped(shared, board)
    }

    /// The open channel's text becomes that of its network: of all that follow the base or the network. Where it is the
    /// network's already, all of them follow the base again.
    pub(super) fn detach_network(&mut self, shared: &Shared, board: &Board) -> Vec<Effect> {
        let Some(channel) = self.target().map(|target| target.channel.clone()) else { return Vec::new() };
        let Some(network) = network(&channel, board).cloned() else { return Vec::new() };
        let editors = self.editors();
        let followers: Vec<ChannelId> =
            self.of_network.iter().filter(|(_, of)| *of == network).map(|(id, _)| id.clone()).collect();
        if followers.contains(&channel) {
            for follower in &followers {
                self.give_up(follower);
                self.write(follower, None);
            }
            self.of_network.retain(|(_, of)| *of != network);
        } else {
            let text = self.text_to_share(&channel);
            let joining: Vec<ChannelId> = of_network(&self.post, &network, board)
                .into_iter()
                .filter(|target| target.text.as_deref().is_none_or(|own| own == text))
                .map(|target| target.channel.clone())
                .collect();
            for joining in joining.iter().chain(&followers).chain([&channel]) {
                self.join(joining, text.clone(), board);
            }
        }
        self.reseat(editors, Some(&channel));
        self.regrouped(shared, board)
    }

    /// What a channel says, or said before it was linked again, or shows of the base.
    fn text_to_share(&self, channel: &ChannelId) -> String {
        let own =
            self.post.targets.iter().find(|target| target.channel == *channel).and_then(|target| target.text.clone());
        let earlier = || self.relinked.iter().find(|(id, _)| id == channel).map(|(_, own)| own.clone());
        let base = || self.facts.templated(channel).map_or(self.base.text(), |(text, _)| text).to_owned();
        own.or_else(earlier).unwrap_or_else(base)
    }

    /// A channel follows its network's text from now on.
    pub(super) fn join(&mut self, channel: &ChannelId, text: String, board: &Board) {
        let Some(network) = network(channel, board).cloned() else { return };
        self.of_network.retain(|(id, _)| id != channel);
        self.of_network.push((channel.clone(), network));
        self.write(channel, Some(text));
    }

    /// Remembers the text of a channel, so that detaching again brings it back.
    fn give_up(&mut self, channel: &ChannelId) {
        let own = self.post.targets.iter().find(|target| target.channel == *channel);
        if let Some(text) = own.and_then(|target| target.text.clone()) {
            self.relinked.retain(|(id, _)| id != channel);
            self.relinked.push((channel.clone(), text));
        }
    }

    fn write(&mut self, channel: &ChannelId, text: Option<String>) {
        if let Some(target) = self.post.targets.iter_mut().find(|target| target.channel == *channel) {
            target.text = text;
        }
    }

    /// The editor that each channel is written in.
    pub(super) fn editors(&self) -> Vec<(ChannelId, Editor)> {
        let of = |target: &Target| {
            let seat = self.seat(&target.channel);
            let (_, editor) = self.own.iter().find(|(id, _)| id == seat)?;
            Some((target.channel.clone(), editor.clone()))
        };
        self.post.targets.iter().filter_map(of).collect()
    }

    /// Channels share other texts than before: each text goes on in the editor it had, so that it can be undone. What
    /// was made of the text of `first` goes on in its editor.
    pub(super) fn reseat(&mut self, editors: Vec<(ChannelId, Editor)>, first: Option<&ChannelId>) {
        let post = &self.post;
        self.of_network.retain(|(id, _)| post.targets.iter().any(|target| target.channel == *id));
        let mut own = Vec::new();
        for target in &self.post.targets {
            let (Some(text), true) = (&target.text, self.seat(&target.channel) == &target.channel) else { continue };
            let of = |id: &ChannelId| editors.iter().find(|(known, _)| known == id).map(|(_, editor)| editor.clone());
            let from = first.filter(|first| self.seat(first) == &target.channel).and_then(of);
            let mut editor = from.or_else(|| of(&target.channel)).unwrap_or_else(|| Editor::new(text));
            editor.set_text(text);
            own.push((target.channel.clone(), editor));
        }
        self.own = own;
    }

    fn regrouped(&mut self, shared: &Shared, board: &Board) -> Vec<Effect> {
        let effects = self.changed(shared, board);
        self.go_tab(self.tab, shared);
        effects
    }
}
