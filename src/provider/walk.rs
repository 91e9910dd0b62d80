//! Walking listings to their end, for whoever wants all of it at once.

use std::collections::{HashMap, HashSet};
use std::future::Future;

use async_trait::async_trait;

use super::{Page, PageToken, Provider, Query, Result};
use crate::domain::ids::RemoteId;
use crate::domain::remote::{RemoteChannel, RemotePost};

/// No listing is longer than this: 100 entries a page make a hundred thousand.
const MOST_PAGES: usize = 1_000;

/// Comforts on top of every provider.
#[async_trait]
pub trait ProviderExt: Provider {
    /// Every channel, each once. `next` of the answer is set only where the walk was given up before the end.
    async fn all_channels(&self) -> Result<Page<RemoteChannel>> {
        walk(|at| self.channels(at), |channel| &channel.id).await
    }

    /// Every post that `query` lists, each once, as last seen. `next` of the answer is set only where the walk was
    /// given up before the end: what was not seen may then still be there.
    async fn all_posts(&self, query: &Query) -> Result<Page<RemotePost>> {
        walk(|at| self.posts(query, at), |post| &post.id).await
    }
}

impl<P: Provider + ?Sized> ProviderExt for P {}

/// Walks pages until the end, a token seen before, or far too many. Rows that shift between pages are kept once.
async fn walk<T, F>(mut fetch: impl FnMut(Option<PageToken>) -> F + Send, id: fn(&T) -> &RemoteId) -> Result<Page<T>>
where
    F: Future<Output = Result<Page<T>>> + Send,
{
    let mut all = fetch(None).await?;
    let mut places: HashMap<RemoteId, usize> = HashMap::new();
    let mut items = Vec::new();
    gather(&mut items, &mut places, std::mem::take(&mut all.items), id);
    let mut tokens = HashSet::new();
    let mut pages = 1;
    while let Some(token) = all.next.take() {
        if pages >= MOST_PAGES || !tokens.insert(token.0.clone()) {
            all.spoiled.push("the listing does not end; what follows could not be read".into());
            all.next = Some(token);
            break;
        }
        let page = fetch(Some(token)).await?;
        gather(&mut items, &mut places, page.items, id);
        all.spoiled.extend(page.spoiled);
        all.total = page.total.or(all.total);
        all.next = page.next;
        pages += 1;
    }
    all.items = items;
    Ok(all)
}

/// Adds `found`; what is there already keeps its place and takes the newer value.
fn gather<T>(items: &mut Vec<T>, places: &mut HashMap<RemoteId, usize>, found: Vec<T>, id: fn(&T) -> &RemoteId) {
    for item in found {
        match places.get(id(&item)).and_then(|place| items.get_mut(*place)) {
            Some(known) => *known = item,
            None => {
                places.insert(id(&item).clone(), items.len());
                items.push(item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::{Health, Network};

    fn channel(id: &str, name: &str) -> RemoteChannel {
        RemoteChannel {
            id: RemoteId::new(id),
            network: Network::from_word("x"),
            handle: String::new(),
            name: name.into(),
            health: Health::Ok,
        }
    }

    fn page(items: Vec<RemoteChannel>, next: Option<&str>) -> Page<RemoteChannel> {
        Page { items, next: next.map(|token| PageToken(token.into())), total: None, spoiled: Vec::new() }
    }

    #[tokio::test]
    async fn rows_that_shift_are_kept_once_and_as_last_seen() {
        let answer = |at: Option<PageToken>| async move {
            Ok(match at.as_ref().map(|token| token.0.as_str()) {
                None => page(vec![channel("a", "old"), channel("b", "")], Some("2")),
                _ => page(vec![channel("a", "new"), channel("c", "")], None),
            })
        };
        let all = walk(answer, |channel| &channel.id).await.unwrap();
        let seen: Vec<_> = all.items.iter().map(|channel| (channel.id.as_str(), channel.name.as_str())).collect();
        assert_eq!(seen, [("a", "new"), ("b", ""), ("c", "")]);
        assert_eq!((all.next, all.spoiled.len()), (None, 0));
    }

    #[tokio::test]
    async fn tokens_that_go_round_or_never_end_are_given_up() {
        let round = |at: Option<PageToken>| async move {
            let next = if at.is_some_and(|token| token.0 == "2") { "3" } else { "2" };
            Ok(page(vec![channel(next, "")], Some(next)))
        };
        let all = walk(round, |channel| &channel.id).await.unwrap();
        assert_eq!((all.items.len(), all.spoiled.len(), all.next.is_some()), (2, 1, true));

        let mut asked = 0;
        let endless = |_| {
            asked += 1;
            let next = asked.to_string();
            async move { Ok(page(Vec::new(), Some(&next))) }
        };
        let all = walk(endless, |channel: &RemoteChannel| &channel.id).await.unwrap();
        assert_eq!((asked, all.next.is_some()), (MOST_PAGES, true));
    }
}
