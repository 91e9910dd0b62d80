//! Keys in the environment as the last resort: a post that its own account did not take goes out through them, in their
//! order, by the real program.

use runsheet::demo::SimPost;

use crate::home::Home;

/// An account at VoxBurst whose channel the other two providers serve too, and the words that let their keys in.
fn home() -> Home {
    let home = Home::new();
    let northwind = home.demo.account("voxburst").unwrap();
    home.write_config(&format!(
        "timezone = \"Europe/Berlin\"\nkeys = \"file\"\n\n[[account]]\nname = \"northwind\"\nprovider = \"voxburst\"\n\
         base_url = \"{}\"\nkey_env = \"RUNSHEET_TEST_NORTHWIND\"\n\n[[failover]]\naccounts = [\"northwind\"]\n\
         last_resort = \"environment\"\n",
        northwind.base_url
    ));
    let own = home.world().channels("voxburst");
    let own = own.iter().find(|channel| channel.network == "twitter" || channel.network == "x").unwrap();
    home.world().add_channel("postforme", "x", &own.username).unwrap();
    home.world().add_channel("late", "twitter", &own.username).unwrap();
    home
}

fn environment(home: &Home) -> Vec<(&'static str, String)> {
    let at = |provider: &str| home.demo.account(provider).unwrap().clone();
    vec![
        ("POSTFORME_API_KEY", at("postforme").key),
        ("POSTFORME_BASE_URL", at("postforme").base_url),
        ("LATE_API_KEY", at("late").key),
        ("LATE_BASE_URL", at("late").base_url),
    ]
}

fn named<'a>(posts: &'a [SimPost], body: &str) -> Vec<&'a SimPost> {
    posts.iter().filter(|post| post.content == body).collect()
}

#[test]
fn a_post_goes_through_post_for_me_first_and_then_through_late() {
    let home = home();
    let environment = environment(&home);
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    home.run_with(&["sync"], &environment).ended(0);
    let handle = home.world().channels("voxburst")[0].username.clone();
    let channels = home.run_with(&["channels", "--json"], &environment).ended(0).rows();
    let own = channels.iter().find(|it| it["account"] == "northwind" && it["network"] == "x").unwrap();
    let own = own["id"].as_str().or(own["channel"].as_str()).unwrap_or(&handle).to_owned();

    home.world().set_key_valid("voxburst", false);
    let post = |body: &str| {
        home.pipe_with(body, &["post", "-", "--to", &own, "--when", "2d", "--json"], &environment);
        home.run_with(&["sync"], &environment);
        let listed = home.run_with(&["list", "--json"], &environment).ended(0).rows();
        let mut found: Vec<_> = listed.into_iter().filter(|post| post["body"] == body).collect();
        assert_eq!(found.len(), 1, "{found:#?}");
        found.remove(0)
    };
    let shown = post("Handed to the first");
    assert!(shown["targets"][0]["channel"].as_str().unwrap().starts_with("env-postforme/"), "{shown:#}");
    assert_eq!(shown["status"], "scheduled", "{shown:#}");
    assert_eq!(named(&home.world().posts("postforme"), "Handed to the first").len(), 1);
    assert!(named(&home.at_late(), "Handed to the first").is_empty());

    home.world().set_key_valid("postforme", false);
    let shown = post("Handed to the second");
    assert!(shown["targets"][0]["channel"].as_str().unwrap().starts_with("env-late/"), "{shown:#}");
    assert_eq!(named(&home.at_late(), "Handed to the second").len(), 1);
    assert!(named(&home.world().posts("postforme"), "Handed to the second").is_empty());
    assert!(home.world().posts("voxburst").is_empty(), "the first account took neither");
    let id = shown["id"].as_str().unwrap();
    let story = home.run_with(&["show", id], &environment);
    assert!(story.out.contains("northwind did not take it") || story.out.contains("env-late"), "{story:?}");
}

/// The configuration with two accounts in line, and this in the table of the line.
fn in_line(home: &Home, more: &str) {
    let account = |provider: &str| {
        let account = home.demo.account(provider).unwrap();
        let (name, url) = (&account.name, &account.base_url);
        let variable = crate::home::variable(name);
        format!(
            "[[account]]\nname = \"{name}\"\nprovider = \"{provider}\"\nbase_url = \"{url}\"\nkey_env = \"{variable}\"\n"
        )
    };
    let names = ["voxburst", "late"].map(|provider| format!("{:?}", home.demo.account(provider).unwrap().name));
    home.write_config(&format!(
        "timezone = \"Europe/Berlin\"\nkeys = \"file\"\n{}{}[[failover]]\naccounts = [{}]\n{more}",
        account("voxburst"),
        account("late"),
        names.join(", ")
    ));
}

#[test]
fn the_keys_come_last_in_every_line_that_does_not_keep_them_out_and_that_is_told_beforehand() {
    let home = home();
    let environment = environment(&home);
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    in_line(&home, "");
    let late = home.demo.account("late").unwrap().name.clone();
    let told = home.run_with(&["doctor"], &environment).ended(0);
    let words = format!("{late}; last resort: POSTFORME_API_KEY");
    assert!(told.out.contains(&words), "the key of {late} is no second account: {told:?}");
    home.run_with(&["sync"], &environment).ended(0);
    let handle = home.world().channels("voxburst")[0].username.clone();
    let channels = home.run_with(&["channels", "--json"], &environment).ended(0).rows();
    let own = channels.iter().find(|it| it["account"] == "northwind" && it["network"] == "x").unwrap();
    let own = own["id"].as_str().unwrap_or(&handle).to_owned();
    let dry = ["post", "-", "--to", &own, "--when", "2d", "--dry-run"];
    let said = home.pipe_with("Told beforehand", &dry, &environment).ended(0);
    assert!(said.out.contains(&format!("what northwind certainly does not take goes to {words}")), "{said:?}");

    // Both accounts of the line refuse: the key in the environment takes it.
    home.world().set_key_valid("voxburst", false);
    home.world().set_key_valid("late", false);
    let send = |body: &str| {
        home.pipe_with(body, &["post", "-", "--to", &own, "--when", "2d"], &environment);
        home.run_with(&["sync"], &environment);
        named(&home.world().posts("postforme"), body).len()
    };
    assert_eq!(send("Taken by the last"), 1);
    in_line(&home, "last_resort = \"none\"\n");
    let told = home.run_with(&["doctor"], &environment);
    assert!(told.out.contains(&format!("{late}; no last resort")), "{told:?}");
    assert_eq!(send("Kept from the last"), 0);
}
