//! `runsheet delete`: which posts are meant, how many they are, and only then their end.

use serde_json::json;

use crate::desk::Desk;
use crate::desk::removal::{Criteria, Doomed, age};
use crate::domain::ids::{AccountName, PostId};
use crate::domain::words::count;
use crate::domain::write::{OutboxRow, OutboxState, Write};
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::args::DeleteArgs;
use super::filters;
use super::output::{self, Output};
use super::{Ending, Result, Stop, post_by_id, send};

/// Lists what is meant, and deletes it where that was said.
pub async fn run(session: &mut Session, wanted: DeleteArgs, output: &Output) -> Result<Ending> {
    let desk = &session.desk;
    let criteria = criteria(desk, &wanted).await?;
    let doomed = desk.doomed(&criteria).await?;
    let many = doomed.posts.len();
    let ids: Vec<PostId> = doomed.posts.iter().map(|post| post.id).collect();
    if !wanted.yes || many == 0 {
        show(desk, &doomed, &[], false, output).await?;
        spared(desk, &doomed);
        if many > 0 {
            say!("{} would be deleted; nothing was: --yes deletes", count(many, "post"));
            return Ok(Ending::Refused);
        }
        match filters::asks_for_nobody(desk, &criteria.filter).await? {
            Some(words) => say!("nothing to delete: {words}"),
            None => say!("nothing to delete"),
        }
        return Ok(if doomed.spared.is_empty() { Ending::Done } else { Ending::Refused });
    }
    desk.delete(&ids).await?;
    let ending = send(session, &ids).await?;
    let desk = &session.desk;
    let left = left_there(desk, &ids).await?;
    show(desk, &doomed, &left, true, output).await?;
    spared(desk, &doomed);
    say!("{} deleted", count(many, "post"));
    if !left.is_empty() {
        let words = "deleted here only: the provider refused, as said above, and may still publish what waits there";
        say!("{} of them {words}", left.len());
    }
    Ok(if doomed.spared.is_empty() && left.is_empty() { ending } else { ending.max(Ending::Refused) })
}

fn spared(desk: &Desk, doomed: &Doomed) {
    for (post, why) in &doomed.spared {
        say!("left alone: {}: {why}", clean::one_line(&super::list::line(post, "", desk)));
    }
}

/// The posts that a provider refused to delete.
async fn left_there(desk: &Desk, ids: &[PostId]) -> Result<Vec<PostId>> {
    let mut left = Vec::new();
    for id in ids {
        let refused = |row: &OutboxRow| row.state == OutboxState::Failed && matches!(row.write, Write::Remove { .. });
        if desk.store.outbox_of(*id).await?.iter().any(refused) {
            left.push(*id);
        }
    }
    Ok(left)
}

async fn criteria(desk: &Desk, wanted: &DeleteArgs) -> Result<Criteria> {
    let filter = filters::read(wanted.filter.as_deref(), &[("--status", "status", wanted.status.as_deref())])?;
    let older_than = match &wanted.older_than {
        None => None,
        Some(text) => {
            let words = || Stop::Usage(format!("--older-than {text} is no age; say 30d, 12h, 90m or 2w"));
            Some(age(text).ok_or_else(words)?)
        }
    };
    let account = wanted.account.as_deref().map(AccountName::new);
    let (ids, except) = (named(desk, &wanted.ids).await?, named(desk, &wanted.except).await?);
    Ok(Criteria { ids, except, filter, older_than, account, all: wanted.all })
}

async fn named(desk: &Desk, typed: &[String]) -> Result<Vec<PostId>> {
    let mut ids = Vec::new();
    for typed in typed {
        ids.push(post_by_id(desk, typed).await?.id);
    }
    Ok(ids)
}

async fn show(desk: &Desk, doomed: &Doomed, left: &[PostId], deleted: bool, output: &Output) -> Result<()> {
    let channels = desk.store.channels().await?;
    if output.is_json() {
        let (now, zone) = (desk.now(), desk.zone());
        let posts: Vec<_> = doomed.posts.iter().map(|post| output::post(post, &channels, now, zone)).collect();
        let spared = doomed.spared.iter().map(|(post, why)| json!({"id": post.id.to_string(), "why": why}));
        let spared: Vec<_> = spared.collect();
        return output.value(&json!({
            "posts": posts,
            "spared": spared,
            "deleted": deleted,
            "left_at_provider": left.iter().map(PostId::to_string).collect::<Vec<_>>(),
        }));
    }
    for post in &doomed.posts {
        output.line(&super::list::line(post, &output::marks(post, &channels), desk))?;
    }
    Ok(())
}
