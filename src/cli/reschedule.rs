//! `runsheet move`.

use crate::domain::plan::asks_slot;
use crate::domain::post::Post;
use crate::domain::queue;
use crate::session::Session;

use super::output::Output;
use super::{Ending, Result, Stop, moment, post_by_id, send_and_show};

/// Gives a post another time, here and at the provider.
pub async fn run(session: &mut Session, id: &str, when: &str, output: &Output) -> Result<Ending> {
    let post = post_by_id(&session.desk, id).await?;
    match queue::asked(when) {
        Some(name) => into_queue(session, &post, name).await?,
        None if asks_slot(when) => {
            let free = session.desk.slots().await?.next(&post.targets)?;
            session.desk.move_posts(vec![(post.id, free)]).await?;
        }
        None => {
            let schedule = moment(when, &session.desk)?.ok_or_else(|| {
                Stop::Usage("now is not a time to move to; `runsheet post --when now` publishes".into())
            })?;
            session.desk.move_posts(vec![(post.id, schedule)]).await?;
        }
    }
    send_and_show(session, post.id, &[post.id], output).await
}

async fn into_queue(session: &Session, post: &Post, name: &str) -> Result<()> {
    let mut waiting = post.clone();
    session.desk.queue_up(&mut waiting, name).await?;
    if let Some(queued) = waiting.queue {
        session.desk.move_to_queue(post.id, queued, waiting.schedule).await?;
    }
    Ok(())
}
