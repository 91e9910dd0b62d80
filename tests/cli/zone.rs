//! A machine that travels: what was planned stays the moment it was.

use crate::home::Home;

#[test]
fn instants_do_not_move_when_the_machine_s_zone_changes() {
    let home = Home::settled();
    // The zone is the machine's.
    let config = std::fs::read_to_string(home.config()).unwrap();
    home.write_config(&config.replace("timezone = \"Europe/Berlin\"\n", ""));
    let berlin = [("TZ", "Europe/Berlin")];
    home.pipe_with("Made at home", &["post", "-", "--to", "x:@acme", "--when", "2030-07-01 09:00"], &berlin).ended(0);
    let at = |zone: &str| {
        let listed = home.run_with(&["list", "--json"], &[("TZ", zone)]).ended(0).rows();
        listed[0]["instant"].as_str().unwrap_or_else(|| panic!("{listed:?}")).to_owned()
    };
    assert_eq!(at("Europe/Berlin"), "2030-07-01T07:00:00Z");
    for zone in ["America/New_York", "Asia/Kathmandu", "Pacific/Apia"] {
        assert_eq!(at(zone), "2030-07-01T07:00:00Z", "{zone}");
        // Neither by looking nor by sending.
        home.run_with(&["sync"], &[("TZ", zone)]).ended(0);
    }
    let there = home.at_late();
    assert_eq!(there.len(), 1);
    assert_eq!(there[0].scheduled_for.unwrap().to_rfc3339(), "2030-07-01T07:00:00+00:00");
    // The same words in another zone are another moment: said there, meant there.
    let tokyo = [("TZ", "Asia/Tokyo")];
    home.pipe_with("Made away", &["post", "-", "--to", "x:@acme", "--when", "2030-07-01 09:00"], &tokyo).ended(0);
    let away = home.at_late().into_iter().find(|post| post.content == "Made away").unwrap();
    assert_eq!(away.scheduled_for.unwrap().to_rfc3339(), "2030-07-01T00:00:00+00:00");
}
