//! Oktopost: forms read strictly, errors inside successes, messages that posts share, the block.

use serde_json::{Value, json};

use super::super::{Health, Status, WebPost};
use super::*;

async fn stage() -> Stage {
    Stage::empty("oktopost").await
}

impl Stage {
    async fn form(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
        let account = self.account();
        let (user, password) = account.key.split_once(':').unwrap();
        let method = method.parse().unwrap();
        let request = self.client.request(method, format!("{}{path}", account.base_url));
        let request = request.basic_auth(user, Some(password));
        let request = if fields.is_empty() { request } else { request.form(fields) };
        self.send(request).await.unwrap()
    }

    async fn campaign(&self) -> String {
        let made = self.form("POST", "/campaign", &[("name", "Autumn")]).await;
        made.body["Campaign"]["Id"].as_str().unwrap().to_owned()
    }

    async fn message(&self, network: &str, text: &str) -> String {
        let campaign = self.campaign().await;
        let fields = [("network", network), ("campaignId", campaign.as_str()), ("message", text)];
        let made = self.form("POST", "/message", &fields).await;
        made.body["Message"]["Id"].as_str().unwrap().to_owned()
    }
}

fn in_minutes(minutes: i64) -> String {
    (noon() + TimeDelta::minutes(minutes)).timestamp().to_string()
}

#[tokio::test]
async fn forms_are_read_strictly() {
    let stage = stage().await;
    let message = stage.message("Twitter", "Strict").await;
    let (x, linkedin) = (stage.channel("twitter"), stage.channel("linkedin"));
    let (soon, past) = (in_minutes(30), in_minutes(-5));
    let milliseconds = format!("{soon}000");
    let good = [("messageId", message.as_str()), ("credentialIds", x.as_str()), ("startDateTime", soon.as_str())];
    let with = |name: &'static str, value: &'static str| [good.as_slice(), &[(name, value)]].concat();
    let but = |name: &str, value: &str| {
        good.map(|(known, old)| (known, if known == name { value.to_owned() } else { old.to_owned() })).to_vec()
    };
    let cases = [
        ("unknown field", owned(&with("network", "Twitter")), "network"),
        ("given twice", owned(&with("messageId", "005000000000001")), "messageId"),
        ("no such status", owned(&with("status", "scheduled")), "status"),
        ("milliseconds", but("startDateTime", &milliseconds), "startDateTime"),
        ("the past", but("startDateTime", &past), "startDateTime"),
        ("other network", but("credentialIds", &linkedin), "credentialIds"),
        ("unknown profile", but("credentialIds", "003-001lumen0demo01-9"), "credentialIds"),
        ("short id", but("messageId", "005a"), "messageId"),
        ("comment on X", owned(&with("firstComment[text]", "First")), "firstComment"),
    ];
    for (what, fields, field) in cases {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = stage.form("POST", "/post", &fields).await;
        assert_eq!((reply.status, &reply.body["Result"]), (200, &json!(false)), "{what}: an error inside a success");
        assert!(reply.body["Errors"][field]["Error"].is_string(), "{what}: {}", reply.body);
    }
    let nothing = stage.form("POST", "/post", &[("credentialIds", x.as_str())]).await;
    assert_eq!((nothing.status, nothing.body["Errors"]["Param"]["post"].is_string()), (400, true));
    let account = stage.account();
    let (user, password) = account.key.split_once(':').unwrap();
    let body = stage.client.post(format!("{}/post", account.base_url)).basic_auth(user, Some(password));
    let body =
        stage.send(body.header("content-type", "application/json").body(r#"{"messageId":"005"}"#)).await.unwrap();
    assert_eq!(body.status, 400, "JSON is not taken");
    let wrong = stage.client.get(format!("{}/me", account.base_url)).basic_auth(user, Some("other"));
    assert_eq!(stage.send(wrong).await.unwrap().status, 401);
    let bearer = stage.client.get(format!("{}/me", account.base_url)).bearer_auth(&account.key);
    assert_eq!(stage.send(bearer).await.unwrap().status, 401);
    assert!(stage.demo.world.posts("oktopost").is_empty());
    let fine = stage.form("POST", "/post", &good).await;
    assert_eq!((fine.status, &fine.body["Post"]["Status"]), (200, &json!("pending")));
}

fn owned<'a>(fields: &[(&'a str, &str)]) -> Vec<(&'a str, String)> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

#[tokio::test]
async fn editing_a_message_changes_every_post_that_uses_it() {
    let stage = stage().await;
    let message = stage.message("LinkedIn", "Shared").await;
    let (profile, soon) = (stage.channel("linkedin"), in_minutes(30));
    for _ in 0..2 {
        let fields =
            [("messageId", message.as_str()), ("credentialIds", profile.as_str()), ("startDateTime", soon.as_str())];
        stage.form("POST", "/post", &fields).await;
    }
    stage.form("POST", &format!("/message/{message}"), &[("message", "Changed")]).await;
    let texts: Vec<String> = stage.demo.world.posts("oktopost").into_iter().map(|post| post.content).collect();
    assert_eq!(texts, ["Changed", "Changed"]);
    let users = stage.form("GET", &format!("/post?messageId={message}"), &[]).await;
    assert_eq!(users.body["Total"], "2", "a number as a text");
    let listed = stage.form("GET", &format!("/message?ids={message}"), &[]).await;
    assert_eq!(listed.body["Items"][0]["Message"], "Changed");
    let fixed = stage.form("POST", &format!("/message/{message}"), &[("network", "Twitter")]).await;
    assert_eq!(fixed.body["Result"], false, "a message stays on its network");
    assert_eq!(stage.form("GET", "/message?_count=100", &[]).await.status, 400, "all messages are never listed");
    assert_eq!(
        stage.form("GET", "/post?_count=10", &[]).await.body["Errors"]["API"]["Error"],
        "Page size 10 is not valid."
    );
}

#[tokio::test]
async fn what_was_sent_is_logged_per_profile_and_stays() {
    let stage = stage().await;
    let account = stage.channel("twitter");
    let new = WebPost {
        content: "From the site".into(),
        accounts: vec![account],
        scheduled_for: Some(noon() + TimeDelta::minutes(5)),
    };
    let id = stage.demo.world.add_post("oktopost", new).unwrap();
    let shown = stage.form("GET", &format!("/post/{id}"), &[]).await;
    assert_eq!(shown.body["Post"]["StartDateTime"], "2026-07-28 12:05:00", "UTC, without a mark");
    stage.clock.turn(TimeDelta::minutes(6));
    stage.demo.world.tick();
    assert_eq!(stage.demo.world.posts("oktopost")[0].status, Status::Published);
    let logs = stage.form("GET", &format!("/postlog?postId={id}"), &[]).await;
    assert_eq!(logs.body["Postlogs"][0]["Status"], "success");
    for (method, fields) in [("DELETE", &[][..]), ("POST", &[("status", "draft")][..])] {
        assert_eq!(stage.form(method, &format!("/post/{id}"), fields).await.status, 400, "{method}");
    }
    let calendar = stage.form("POST", "/calendar", &[("fromDate", "2026-07-28"), ("toDate", "2026-07-28")]).await;
    assert_eq!(calendar.body["Posts"][&id]["Status"], "complete");
    let empty = stage.form("POST", "/calendar", &[("fromDate", "2026-08-28"), ("toDate", "2026-08-29")]).await;
    assert_eq!((&empty.body["Posts"], &empty.body["Result"]), (&json!([]), &json!(true)), "an empty map is a list");
    let unknown = stage.form("GET", "/social-profile", &[]).await;
    assert_eq!((unknown.status, &unknown.body["Errors"]), (404, &json!([])));
    stage.demo.world.set_health("oktopost", &stage.channel("linkedin"), Health::Disconnected);
    let all = stage.form("GET", "/credential?includeInvalid=1", &[]).await;
    let valid = stage.form("GET", "/credential", &[]).await;
    assert_eq!((all.body["Total"].as_u64(), valid.body["Total"].as_u64()), (Some(5), Some(4)));
}

#[tokio::test]
async fn too_many_calls_block_all_of_them_for_a_quarter_of_an_hour() {
    let stage = stage().await;
    let status = async || stage.form("GET", "/me", &[]).await.status;
    for call in 0..60 {
        assert_eq!(status().await, 200, "{call}");
    }
    assert_eq!(status().await, 429);
    stage.clock.turn(TimeDelta::minutes(14));
    assert_eq!(status().await, 429, "a minute later would do without the block");
    stage.clock.turn(TimeDelta::minutes(1));
    let back: Value = stage.form("GET", "/me", &[]).await.body;
    assert_eq!(back["Account"]["Name"], "Lumen");
}
