//! What is attached by its address, measured there: by the commands by which a person attaches, and by no other.

use crate::attaching::picture_in;
use crate::home::Home;
use crate::web::Web;

/// Somebody's picture on the web, as far as anybody looks.
fn roast(home: &Home) -> Web {
    Web::with("roast.png", std::fs::read(picture_in(home.folder.path(), "roast.png")).unwrap())
}

#[test]
fn a_picture_at_an_address_is_measured_when_it_is_attached_and_kept_with_the_post() {
    let home = Home::settled();
    let web = roast(&home);
    let address = format!("{}/pictures/roast.png", web.home);
    let args = ["post", "-", "--to", "x:@acme", "--draft", "--media", &address, "--alt", "A cup", "--json"];
    let post = home.pipe("A picture", &args).ended(0).json();
    let media = &post["media"][0];
    assert_eq!((media["width"].as_u64(), media["height"].as_u64()), (Some(1600), Some(1200)), "{media}");
    assert_eq!((media["bytes"].as_u64(), media["kind"].as_str()), (Some(2048), Some("image")));
    let shown = home.run(&["show", post["id"].as_str().unwrap()]).ended(0);
    assert!(shown.out.contains("image roast.png 1600×1200 2 kB (measured 20"), "{shown:?}");
    let asked = web.asked();
    assert_eq!(asked.len(), 1, "showing it asks nobody: {asked:#?}");
    assert!(
        asked[0].contains("range: bytes=0-") && !asked[0].contains("authorization") && !asked[0].contains("cookie")
    );
}

#[test]
fn a_check_measures_and_a_post_says_what_is_in_the_way_and_goes_on() {
    let home = Home::settled();
    let web = roast(&home);
    let file = home.folder.path().join("post.md");
    let text = format!("---\nmedia:\n  - {0}/roast.png\n  - {0}/gone.png\n---\nLook\n", web.home);
    std::fs::write(&file, text).unwrap();
    let said = home.run(&["check", file.to_str().unwrap(), "--network", "bluesky"]).ended(0);
    assert!(said.out.contains("warning: gone.png is not measured: it answers 404: nothing is there"), "{said:?}");
    assert!(said.out.contains("open its address in a browser, or attach it as a file"), "{said:?}");
    assert!(!said.out.contains("roast.png is not measured"), "{said:?}");
    let gone = format!("{}/gone.png", web.home);
    let args = ["post", "-", "--to", "x:@acme", "--draft", "--media", &gone];
    home.pipe("A picture", &args).ended(0).says(&["gone.png is not measured: it answers 404"]);
}

#[test]
fn a_table_and_a_folder_ask_nobody() {
    let home = Home::settled();
    let web = roast(&home);
    let line = serde_json::json!({"body": "B", "to": ["x:@acme"], "when": "2030-01-02 09:00",
        "media": [{"source": format!("{}/roast.png", web.home)}]});
    let said = home.pipe(&line.to_string(), &["import", "-", "--dry-run"]);
    assert!(said.code != 0 && format!("{}{}", said.out, said.err).contains("only https"), "{said:?}");
    let folder = home.folder.path().join("plan");
    std::fs::create_dir(&folder).unwrap();
    let post = format!("---\nto: [x:@acme]\nwhen: 2030-01-02 09:00\nmedia:\n  - {}/roast.png\n---\nB\n", web.home);
    std::fs::write(folder.join("post.md"), post).unwrap();
    home.run(&["lint", folder.to_str().unwrap()]);
    home.run(&["plan", folder.to_str().unwrap()]);
    assert_eq!(web.asked(), Vec::<String>::new());
}
