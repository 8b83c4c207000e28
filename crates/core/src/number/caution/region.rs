//! Which countries are called from where as a rule, until the settings say it: those of the same part of the world.
//!
//! The parts are those of the United Nations (M49), but for these: Europe is one; Cyprus and Turkey are in it, too, and
//! Mexico is in both Americas; what is far away from its part, and known for calls that somebody else earns by, is in a
//! part of its own (the islands of the Caribbean, which share +1 with the United States).

/// The countries usual from one, itself included; just itself where the country is in none.
pub fn usual_from(country: &str) -> Vec<&str> {
    let mut usual: Vec<&str> = PARTS
        .iter()
        .filter(|part| part.split(' ').any(|one| one == country))
        .flat_map(|part| part.split(' '))
        .collect();
    usual.sort_unstable();
    usual.dedup();
    if usual.is_empty() {
        usual.push(country);
    }
    usual
}

const PARTS: &[&str] = &[
    // Europe
    "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL \
     NO PL PT RO RS RU SE SI SJ SK SM TR UA VA XK",
    // North America
    "CA MX PR US VI",
    "GL PM",
    // The Americas from Mexico to Chile
    "AR BO BR CL CO CR EC GT HN MX NI PA PE PY SV UY VE",
    "BZ CU DO FK GF GY SR",
    // The Caribbean
    "AG AI AW BB BL BM BQ BS CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI",
    // North Africa
    "DZ EG EH LY MA SD TN",
    // West Africa
    "AC BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TA TG",
    // Middle Africa
    "AO CD CF CG CM GA GQ ST TD",
    // East Africa
    "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TZ UG YT ZM ZW",
    // Southern Africa
    "BW LS NA SZ ZA",
    // Western Asia
    "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",
    // Central Asia, and Russia, with which Kazakhstan shares +7
    "KG KZ TJ TM UZ RU",
    // Southern Asia
    "AF BD BT IN IR LK MV NP PK",
    // South-eastern Asia
    "BN ID KH LA MM MY PH SG TH TL VN",
    // Eastern Asia
    "CN HK JP KP KR MN MO TW",
    // Australia and New Zealand
    "AU CC CX NF NZ",
    // The islands of the Pacific
    "AS CK FJ FM GU KI MH MP NC NR NU PF PG PW SB TK TO TV VU WF WS",
];
