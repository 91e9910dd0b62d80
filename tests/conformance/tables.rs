//! Tables in a provider's own form, where it takes them: judged without a trace, then made into posts once.

use runsheet::demo::{Effect, Fault, FaultKind};
use runsheet::provider::{Kind, Reach};

use crate::stage::Stage;

const NOW: &str = "post_content,platforms,profiles,schedule_time,tz,foo\n\
    \"Hello, \"\"world\"\"\",\"twitter,linkedin\",Acme,2026-11-02 09:00,Europe/Madrid,\n\
    No such profile,tiktok,693ae023a552465131f3bdca,2026-11-02 10:00,UTC,\n\
    No time,twitter,Acme,,,\n";

fn faulty(batch: &runsheet::domain::batch::Batch) -> Vec<u64> {
    batch.faulty().map(|row| row.number).collect()
}

pub async fn a_table_is_judged_without_a_trace_and_made_once(stage: &Stage) {
    if !stage.provider.capabilities().bulk {
        let error = stage.provider.bulk(NOW, true).await.unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::Unsupported, Reach::NotSent), "{error}");
        return;
    }
    let judged = stage.provider.bulk(NOW, true).await.unwrap();
    assert_eq!((judged.total, faulty(&judged), judged.made()), (Some(3), vec![2, 3], 0));
    assert_eq!(judged.remarks.len(), 1, "{judged:?}");
    assert_eq!(stage.posts().len(), 0);

    let made = stage.provider.bulk(NOW, false).await.unwrap();
    assert_eq!((made.made(), faulty(&made)), (1, vec![2, 3]));
    let [post] = stage.posts().try_into().unwrap();
    assert_eq!((post.content.as_str(), post.targets.len()), ("Hello, \"world\"", 2));
    assert_eq!(post.scheduled_for, Some("2026-11-02T08:00:00Z".parse().unwrap()));
    let read = stage.provider.post(made.rows[0].made.as_ref().unwrap()).await.unwrap();
    assert_eq!(read.at, post.scheduled_for);
}

pub async fn an_older_host_answers_about_a_table_in_its_own_way(stage: &Stage) {
    if !stage.provider.capabilities().bulk {
        return;
    }
    stage.demo.world.set_older(stage.name, true);
    let account = stage.target("x").remote;
    let csv = format!(
        "content,platform,account_id,scheduled_for,title,media_url,tags\n\
         One,twitter,{account},2026-11-02T09:00:00Z,,,a|b\nTwo,twitter,nobody,2026-11-02T09:00:00Z,,,\n\
         Three,twitter,{account},soon,,,\nFour,twitter,{account},2026-11-03T09:00:00Z,,,\n"
    );
    let judged = stage.provider.bulk(&csv, true).await.unwrap();
    assert_eq!((judged.total, faulty(&judged), judged.made()), (Some(4), vec![2, 3], 0));
    assert_eq!(stage.posts().len(), 0);
    let made = stage.provider.bulk(&csv, false).await.unwrap();
    assert_eq!((made.made(), faulty(&made)), (2, vec![2, 3]));
    for (row, content) in [(0, "One"), (3, "Four")] {
        let id = made.rows[row].made.as_ref().unwrap();
        assert_eq!(stage.posts().iter().find(|post| post.id == id.as_str()).unwrap().content, content);
    }
    // The form of today says nothing to it.
    assert_eq!(faulty(&stage.provider.bulk(NOW, true).await.unwrap()), [1, 2, 3]);
}

pub async fn a_lost_answer_about_a_table_is_said_to_be_one(stage: &Stage) {
    if !stage.provider.capabilities().bulk {
        return;
    }
    let cut = || Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", "/bulk-upload");
    stage.demo.world.fault(cut());
    let error = stage.provider.bulk(NOW, false).await.unwrap_err();
    assert_eq!(error.reach, Reach::Unknown, "{error}");
    let rows = |effect: &Effect| matches!(effect, Effect::Rows(ids) if ids.len() == 1);
    assert!(stage.requests().iter().any(|request| rows(&request.effect)), "it had gone through");
    stage.demo.world.fault(Fault::once(FaultKind::CutBefore).at(stage.name).on("POST", "/bulk-upload"));
    let error = stage.provider.bulk(NOW, true).await.unwrap_err();
    assert_eq!(error.kind, Kind::Unavailable, "a trial changes nothing: {error}");
}
