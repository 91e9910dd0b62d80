//! Channels, as the providers list them and the person shows or hides them.

use rusqlite::{Connection, Row, params};

use super::Store;
use super::error::{Fault, StoreError};
use super::rows::{json, network, parse};
use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, ChannelId, RemoteId};
use crate::domain::remote::RemoteChannel;

impl Store {
    /// Every channel, hidden and gone ones too, by account, network and label.
    pub async fn channels(&self) -> Result<Vec<Channel>, StoreError> {
        self.read(|db| query(db, None)).await
    }

    /// Takes over a complete listing of the channels of `account`: those it lacks are gone from now on, those it has
    /// are not, and what the person hid stays hidden. True when anything changed.
    pub async fn see_channels(&self, account: &AccountName, seen: Vec<RemoteChannel>) -> Result<bool, StoreError> {
        let account = account.clone();
        self.write(move |db| {
            let known = query(db, Some(&account))?;
            let mut changed = false;
            for remote in &seen {
                let id = ChannelId::of(&account, &remote.id);
                let before = known.iter().find(|channel| channel.id == id);
                let after = as_seen(&account, id, remote, before);
                if before != Some(&after) {
                    put(db, &after)?;
                    changed = true;
                }
            }
            for channel in known.into_iter().filter(|channel| !channel.gone) {
                if !seen.iter().any(|remote| remote.id == channel.remote) {
                    put(db, &Channel { gone: true, ..channel })?;
                    changed = true;
                }
            }
            Ok(changed)
        })
        .await
    }

    /// Hides channels from the calendar, or shows them again.
    pub async fn hide_channels(&self, ids: Vec<ChannelId>, hidden: bool) -> Result<(), StoreError> {
        self.write(move |db| {
            let mut statement = db.prepare_cached("UPDATE channel SET hidden = ?2 WHERE id = ?1")?;
            for id in &ids {
                statement.execute(params![id.as_str(), hidden])?;
            }
            Ok(())
        })
        .await
    }
}

fn as_seen(account: &AccountName, id: ChannelId, remote: &RemoteChannel, before: Option<&Channel>) -> Channel {
    Channel {
        id,
        account: account.clone(),
        remote: remote.id.clone(),
        network: remote.network.clone(),
        handle: remote.handle.clone(),
        name: remote.name.clone(),
        health: remote.health.clone(),
        hidden: before.is_some_and(|channel| channel.hidden),
        gone: false,
    }
}

/// The channels of one account, or all.
pub(super) fn query(db: &Connection, account: Option<&AccountName>) -> Result<Vec<Channel>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT id, account, remote, network, handle, name, health, hidden, gone FROM channel
         WHERE ?1 IS NULL OR account = ?1 ORDER BY account, network, handle, name, id",
    )?;
    let mut rows = statement.query([account.map(AccountName::as_str)])?;
    let mut channels = Vec::new();
    while let Some(row) = rows.next()? {
        channels.push(read(row)?);
    }
    Ok(channels)
}

fn read(row: &Row<'_>) -> Result<Channel, Fault> {
    Ok(Channel {
        id: ChannelId::new(row.get::<_, String>(0)?),
        account: AccountName::new(row.get::<_, String>(1)?),
        remote: RemoteId::new(row.get::<_, String>(2)?),
        network: network(&row.get::<_, String>(3)?)?,
        handle: row.get(4)?,
        name: row.get(5)?,
        health: parse("the health of a channel", &row.get::<_, String>(6)?)?,
        hidden: row.get(7)?,
        gone: row.get(8)?,
    })
}

fn put(db: &Connection, channel: &Channel) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT INTO channel (id, account, remote, network, handle, name, health, hidden, gone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET
           network = ?4, handle = ?5, name = ?6, health = ?7, hidden = ?8, gone = ?9",
    )?
    .execute(params![
        channel.id.as_str(),
        channel.account.as_str(),
        channel.remote.as_str(),
        channel.network.key(),
        channel.handle,
        channel.name,
        json(&channel.health)?,
        channel.hidden,
        channel.gone,
    ])?;
    Ok(())
}
