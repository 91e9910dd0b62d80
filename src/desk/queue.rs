//! Posts that wait for a provider's queue: what is offered, and giving a post its place in line.

use std::collections::HashMap;

use super::{Desk, DeskError, Edit, Result, posts};
use crate::domain::ids::{AccountName, ChannelId, PostId, RemoteId};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::queue::{self, Offer, Queued};
use crate::domain::schedule::Schedule;
use crate::domain::write::Write;
use crate::provider::capability::Queues;

/// The queues that were asked for in one go, so that each provider is asked once.
#[derive(Default)]
pub(super) struct Asked(HashMap<Vec<ChannelId>, std::result::Result<Vec<Offer>, String>>);

impl Asked {
    /// Lets `post` wait for the queue that `name` means, as [`Desk::queue_up`] does.
    pub(super) async fn queue_up(
        &mut self,
        desk: &Desk,
        post: &mut Post,
        name: &str,
    ) -> std::result::Result<(), String> {
        let channels: Vec<ChannelId> = post.targets.iter().map(|target| target.channel.clone()).collect();
        if !self.0.contains_key(&channels) {
            let offers = desk.queues(&channels).await.map_err(|error| error.to_string());
            self.0.insert(channels.clone(), offers);
        }
        let offers =
            self.0.get(&channels).map_or(Ok([].as_slice()), |offers| offers.as_deref().map_err(Clone::clone))?;
        desk.wait_for(post, offers, name)
    }
}

impl Desk {
    /// The queues that a post on `channels` could wait for, the usual one first, as their provider shows them now.
    pub async fn queues(&self, channels: &[ChannelId]) -> Result<Vec<Offer>> {
        let refuse = |words: String| Err(DeskError::Refused(words));
        let all = self.store.channels().await?;
        let named = all.iter().filter(|channel| channels.contains(&channel.id));
        let (mut accounts, mut remotes) = (Vec::<AccountName>::new(), Vec::<RemoteId>::new());
        for channel in named {
            remotes.push(channel.remote.clone());
            if !accounts.contains(&channel.account) {
                accounts.push(channel.account.clone());
            }
        }
        let account = match accounts.as_slice() {
            [] => return refuse("choose a channel first: its account has the queues".into()),
            [account] => account.clone(),
            [one, other, ..] => {
                return refuse(format!(
                    "a queue belongs to one account, and these channels are at {one} and {other}: give a time, or make \
                     a post for each"
                ));
            }
        };
        self.reached(&account)?;
        let seat = self.seats.iter().find(|seat| seat.account == account);
        let Some(seat) = seat else { return refuse(format!("there is no account \"{account}\" that works")) };
        let can = seat.provider.capabilities();
        if can.queues == Queues::No {
            return refuse(format!("{} keeps no queues: give a time", can.name));
        }
        let queues = seat.provider.queues(&remotes).await.map_err(|error| {
            DeskError::Refused(format!("the queues of {account} could not be read: {error}; nothing was changed"))
        })?;
        let offer = |queue: crate::domain::queue::Queue| Offer {
            queued: Queued { account: account.clone(), place: queue.place.clone(), name: queue.name.clone() },
            queue,
        };
        Ok(queues.into_iter().map(offer).collect())
    }

    /// Refuses to bring a post that is there already into a queue that takes only new ones.
    pub(super) fn queue_takes(&self, account: &AccountName, write: &Write) -> Result<()> {
        let Write::Revise { submission, .. } = write else { return Ok(()) };
        match self.accounts.get(account).filter(|can| submission.queue.is_some() && can.queues == Queues::New) {
            Some(can) => Err(DeskError::Refused(format!(
                "{} takes only new posts into its queue, and this one is there already: give it a time",
                can.name
            ))),
            None => Ok(()),
        }
    }

    /// Lets `post`, which is not stored by this, wait for the queue that `name` means; the usual one where it is empty.
    pub async fn queue_up(&self, post: &mut Post, name: &str) -> Result<()> {
        let channels: Vec<ChannelId> = post.targets.iter().map(|target| target.channel.clone()).collect();
        let offers = self.queues(&channels).await?;
        self.wait_for(post, &offers, name).map_err(DeskError::Refused)
    }

    fn wait_for(&self, post: &mut Post, offers: &[Offer], name: &str) -> std::result::Result<(), String> {
        let (offer, next) = queue::choose(offers, name, &self.habits)?;
        let zone = post.schedule.map_or(self.zone, |schedule| schedule.zone());
        waits(post, offer.queued.clone(), next.map(|next| Schedule::at(next, zone)));
        Ok(())
    }

    /// Takes a stored post off its time and lets it wait for `queued`, which shows `next` as its next place, where
    /// it shows one.
    pub async fn move_to_queue(&self, id: PostId, queued: Queued, next: Option<Schedule>) -> Result<()> {
        let current = self.current(id).await?;
        if let Some(why) = current.fixed(self.now()) {
            return Err(DeskError::Refused(format!("\"{}\" was not moved: {why}", current.headline())));
        }
        let mut after = current.clone();
        if after.targets.iter().any(|target| target.account() != queued.account) {
            let words =
                format!("that queue is {}'s, and not all channels of the post are: give a time", queued.account);
            return Err(DeskError::Refused(words));
        }
        waits(&mut after, queued, next);
        if after.wish == Wish::Schedule {
            posts::renew_refused(&mut after);
        }
        self.commit(vec![Edit::new(Some(current), Some(after))], "moved into the queue", None).await
    }
}

/// The whole post waits: a queue knows no times of single channels.
fn waits(post: &mut Post, queued: Queued, next: Option<Schedule>) {
    (post.schedule, post.queue) = (next, Some(queued));
    let open = |target: &&mut Target| target.outcome.can_change();
    post.targets.iter_mut().filter(open).for_each(|target| target.schedule = None);
}
