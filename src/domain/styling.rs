//! How a post is dressed: the style it names, the link that belongs to it, and, once its texts were filled in to go
//! out, what had been written.

use serde::{Deserialize, Serialize};

use super::ids::ChannelId;
use super::options::Extras;
use super::post::Post;
use super::thread::evened;

/// The style of a post, and what was written of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Styling {
    /// The style, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// The address that belongs to the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What was written, where the post carries filled texts; none while it carries what was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Box<Written>>,
    /// Whether its texts were changed at the provider after they were filled in: they are the last word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last_word: bool,
}

/// The texts of a post before they were filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The base text.
    pub body: String,
    /// What single channels had of their own.
    pub own: Vec<Own>,
}

/// What one channel had of its own, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The channel.
    pub channel: ChannelId,
    /// Its own text.
    pub text: Option<String>,
    /// Its own options, first comment and media.
    pub extras: Extras,
    /// The text that came of it.
    pub filled: String,
}

impl Styling {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Post {
    /// Whether its texts are filled in already.
    pub fn is_filled(&self) -> bool {
        self.styling.written.is_some()
    }

    /// Whether nothing dresses its texts: they were filled in before they were changed. A style chosen since does.
    pub fn is_last_word(&self) -> bool {
        self.styling.last_word && self.styling.style.is_none()
    }

    /// Remembers what goes out as it stands here, where nothing had to be filled in: what is set later does not dress
    /// what somebody saw bare.
    pub fn sealed(mut self) -> Self {
        if self.is_filled() {
            return self;
        }
        let own = self.targets.iter().map(|target| Own {
            channel: target.channel.clone(),
            text: target.text.clone(),
            extras: target.extras.clone(),
            filled: self.text_for(target).to_owned(),
        });
        self.styling.written = Some(Box::new(Written { body: self.body.clone(), own: own.collect() }));
        self
    }

    /// The post as it was written, to be edited. Where a text was changed at the provider since it was filled in, that
    /// text is what there is now, and nothing dresses it a second time.
    pub fn as_written(&self) -> Self {
        let mut post = self.clone();
        let Some(written) = post.styling.written.take() else { return post };
        let own = |channel: &ChannelId| written.own.iter().find(|own| own.channel == *channel);
        let changed = |target: &super::post::Target| {
            own(&target.channel).is_some_and(|own| evened(self.text_for(target)) != evened(&own.filled))
        };
        if self.targets.iter().any(changed) {
            (post.styling.style, post.styling.last_word) = (None, true);
            return post;
        }
        post.body.clone_from(&written.body);
        for target in &mut post.targets {
            if let Some(own) = own(&target.channel) {
                target.text.clone_from(&own.text);
                target.extras.clone_from(&own.extras);
            }
        }
        post
    }
}
