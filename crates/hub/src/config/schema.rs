//! Every table and key of `ringcard.toml` and `hub.toml`: what may stand there, what is meant when it is absent, an
//! example. The reader checks files against this list and `docs/settings.md` is compared with it, so neither can drift.

use super::sections::DEFAULT_HOTKEY;

/// Which of the two files is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    Desk,
    Hub,
}

/// Whether a table is in a file, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Absent,
    /// `[name]`
    One,
    /// `[[name]]`, at most so many.
    Many(usize),
}

/// A table of a settings file; the one without a name holds the keys that stand before all tables.
pub struct Table {
    pub name: &'static str,
    pub in_desk: Shape,
    pub in_hub: Shape,
    /// Whether a connector adds keys of its own.
    pub open: bool,
    pub about: &'static str,
    pub keys: &'static [Key],
}

/// A key of a table.
pub struct Key {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// What is meant when it is absent: TOML, or words.
    pub default: &'static str,
    /// TOML.
    pub example: &'static str,
    pub about: &'static str,
}

/// What may stand in a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line of text, at most so many characters.
    Text(usize),
    /// Digits, `*`, `#` and `+`, at most so many.
    Digits(usize),
    /// A phone number, read by `[locale]` and `[numbers]`.
    Number,
    Numbers,
    /// A list of such numbers, and of how numbers begin: `+3620*`.
    NumberList,
    /// A list of texts.
    Texts,
    /// A list of IP addresses and networks.
    Networks,
    /// A list of host names.
    Hosts,
    Integer(i64, i64),
    Flag,
    Choice(&'static [&'static str]),
    /// A list of such words.
    Choices(&'static [&'static str]),
    /// An IP address with a port.
    Address,
    /// A URL of one of these schemes, without user, password, query or fragment.
    Url(&'static [&'static str]),
    /// Two letters of ISO 3166.
    Country,
    /// A list of such countries.
    Countries,
    /// `[a-z0-9-]{1,32}`
    Name,
    /// Where a secret is kept.
    Secret,
    Path,
    /// `[[dialling.rule]]`
    Rules,
    /// `[[wrap_up.codes]]`, with tables of their own in them.
    Codes,
}

/// Lists in settings are written by people: more items than this are a mistake.
pub const MAX_ITEMS: usize = 500;

/// Every table, in the order of the documentation.
pub const TABLES: &[Table] = &[
    Table {
        name: "",
        in_desk: Shape::Absent,
        in_hub: Shape::One,
        open: false,
        about: "Stands at the top of the file, before the first table.",
        keys: &[optional(
            "data_dir",
            Kind::Path,
            "`RINGCARD_HOME`, else systemd's `STATE_DIRECTORY`, else the user's data folder",
            "\"/var/lib/ringcard\"",
            "The folder of the databases. A relative path starts at the folder of `hub.toml`.",
        )],
    },
    Table {
        name: "agent",
        in_desk: Shape::One,
        in_hub: Shape::Many(1000),
        open: false,
        about: "The person at this desk; on a server one `[[agent]]` table for each person.",
        keys: &[
            Key {
                name: "name",
                kind: Kind::Text(80),
                required: false,
                default: "\"\"",
                example: "\"Ana Kiss\"",
                about: "The agent's name. It is also the agent's identity, so on a server it is required and unique.",
            },
            optional(
                "extension",
                Kind::Digits(20),
                "none: click-to-call asks for one",
                "\"101\"",
                "The phone that rings first in click-to-call.",
            ),
            optional(
                "lines",
                Kind::Numbers,
                "[]",
                "[\"+3612345678\"]",
                "Called numbers this agent answers. Empty: every number that nobody else has in a list of their own.",
            ),
        ],
    },
    Table {
        name: "locale",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "Country and language.",
        keys: &[
            optional(
                "country",
                Kind::Country,
                "the country of the system's language settings; where they name none, `\"HU\"`",
                "\"HU\"",
                "The country by which a number without `+` is read: the two letters of ISO 3166.",
            ),
            optional(
                "language",
                Kind::Choice(&["en", "es", "hu"]),
                "the system's language",
                "\"hu\"",
                "The language of Ringcard itself: English, Spanish or Hungarian.",
            ),
        ],
    },
    Table {
        name: "hub",
        in_desk: Shape::One,
        in_hub: Shape::Absent,
        open: false,
        about: "The team's hub on a server. Without this table the hub runs inside the app.",
        keys: &[
            required(
                "url",
                Kind::Url(&["wss", "ws"]),
                "\"wss://hub.example.com/v1/desk\"",
                "Where the hub is. `ws://` (not encrypted) is taken for an address of this machine only.",
            ),
            required(
                "token",
                Kind::Secret,
                "{ keyring = \"hub\" }",
                "Where the token is kept that opens this agent's desk: their own ([agents' tokens](server.md#agents-tokens)), or the hub's, where it may be shared.",
            ),
        ],
    },
    Table {
        name: "listen",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "Where the PBX's pushes and REST requests arrive.",
        keys: &[
            optional(
                "address",
                Kind::Address,
                "\"127.0.0.1:8480\"",
                "\"127.0.0.1:8480\"",
                "IP address and port. `0.0.0.0` takes requests from other machines; port 0 takes any free port.",
            ),
            optional(
                "public_url",
                Kind::Url(&["https", "http"]),
                "the address itself",
                "\"https://ringcard.example.com\"",
                "How the PBX reaches that address from outside, through a reverse proxy or a tunnel. Shown in the webhook addresses to give to the provider.",
            ),
            optional(
                "api_token",
                Kind::Secret,
                "desktop: made at first start and kept in the keyring; server: REST and the desks' socket take agents' own tokens only. `RINGCARD_API_TOKEN` wins over both",
                "{ file = \"/etc/ringcard/api-token\" }",
                "Where the administrator's token is kept: it may do everything, and opens desks where `shared_token` lets it.",
            ),
            optional(
                "names",
                Kind::Hosts,
                "[]",
                "[\"hub.example.com\"]",
                "Names this hub is reached by, besides that of `public_url`, `localhost` and IP addresses. Under any other name only requests with the right key or token are taken. See [names and web pages](server.md#names-and-web-pages).",
            ),
            optional(
                "trusted_proxies",
                Kind::Networks,
                "[]",
                "[\"127.0.0.1\", \"10.0.0.0/8\"]",
                "Reverse proxies in front of this hub: what they say in `X-Forwarded-For` or `Forwarded` counts as the sender's address. From anybody else these headers count for nothing.",
            ),
            optional(
                "pushes_per_second",
                Kind::Integer(1, 10_000),
                "100",
                "400",
                "How many pushes with the right key one account may send a second, and five times as many at once. More are answered 429.",
            ),
            optional(
                "shared_token",
                Kind::Flag,
                "true",
                "false",
                "Whether a desk may come with `api_token` and say which agent's it is, as every desk did before agents had tokens of their own. `false`: each comes with its agent's. See [agents' tokens](server.md#agents-tokens).",
            ),
        ],
    },
    Table {
        name: "numbers",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "How numbers are read here.",
        keys: &[
            optional(
                "internal_min",
                Kind::Integer(1, 10),
                "2",
                "3",
                "How many digits the shortest internal number has.",
            ),
            optional(
                "internal_max",
                Kind::Integer(1, 10),
                "6",
                "4",
                "How many digits the longest internal number has.",
            ),
            optional(
                "outside_prefix",
                Kind::Digits(4),
                "none",
                "\"0\"",
                "What is dialled here to get an outside line. It is taken off when somebody writes a number with it.",
            ),
            optional(
                "own",
                Kind::Numbers,
                "[]",
                "[\"+3612345670\"]",
                "Our own numbers, besides those of `[[line]]`. They are never looked up as a customer's.",
            ),
            optional(
                "hidden_words",
                Kind::Texts,
                "[]",
                "[\"rejtett\"]",
                "What this PBX sends when a caller withholds the number, besides the usual words.",
            ),
            optional(
                "private",
                Kind::NumberList,
                "[]",
                "[\"+36301234567\", \"+3620*\"]",
                "Whose calls are private: numbers, and with `*` at the end how numbers begin. Only whoever speaks in them sees whom they were with; they stand in no call log, no program is told of them, and no recording of them is kept. See [private calls](private-calls.md).",
            ),
        ],
    },
    Table {
        name: "dialling",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "What is asked before a number is dialled, besides emergency, premium and satellite numbers and unusual \
                countries, which always ask: see [numbers that ask first](#numbers-that-ask-first). The hub asks: with a \
                hub elsewhere, its own file decides.",
        keys: &[
            optional(
                "also_ask",
                Kind::Choices(&super::dialling::ALSO_ASK),
                "[]",
                "[\"shared_cost\"]",
                "What asks, too: numbers of which the caller pays a part, every other country.",
            ),
            optional(
                "usual_countries",
                Kind::Countries,
                "the countries of the home country's part of the world",
                "[\"HU\", \"AT\"]",
                "Countries that are called without asking, besides the home one.",
            ),
            optional(
                "rule",
                Kind::Rules,
                "[]",
                "[{ prefix = \"+3690\", do = \"refuse\" }]",
                "What is done with numbers that begin like this.",
            ),
        ],
    },
    Table {
        name: "line",
        in_desk: Shape::Many(1000),
        in_hub: Shape::Many(1000),
        open: false,
        about: "A number that customers call.",
        keys: &[
            required("number", Kind::Number, "\"+3612345678\"", "The number that is called."),
            required("name", Kind::Text(60), "\"Sales (HU)\"", "What the card shows for it."),
            optional(
                "agents",
                Kind::Texts,
                "[]",
                "[\"Ana Kiss\", \"102\"]",
                "Names or extensions of the agents who answer it, as if it stood in their `lines`. Empty: as the agents' `lines` say.",
            ),
            optional(
                "call_back_within_minutes",
                Kind::Integer(1, 43_200),
                "none: nothing is due",
                "60",
                "Within how many minutes a caller who was missed here should be called back: *Left to do* shows who is due, and who is overdue.",
            ),
        ],
    },
    Table {
        name: "calls",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "When a call of which nothing more is heard is given up.",
        keys: &[
            optional(
                "ring_expires_seconds",
                Kind::Integer(10, 3600),
                "120",
                "90",
                "A ring that never gets an end becomes *outcome not reported* after this.",
            ),
            optional("live_expires_hours", Kind::Integer(1, 48), "4", "2", "The same for a conversation."),
            optional(
                "next_ring_seconds",
                Kind::Integer(0, 600),
                "20",
                "60",
                "When one phone did not pick up and no other rings, a queue may go on to the next: the call counts as missed after this.",
            ),
            optional(
                "phone_rings_seconds",
                Kind::Integer(10, 600),
                "60",
                "30",
                "How long the PBX lets your own phone ring in click-to-call. A PBX that tells when phones are picked up, and does not tell it of this one, has given up by then.",
            ),
            optional(
                "silent_call_minutes",
                Kind::Integer(1, 2880),
                "10",
                "3",
                "A call of which nothing was heard for so long has lost its end when the same phone is in another call: it becomes *end not reported*. From then on an agent may take it off their screen.",
            ),
            optional(
                "call_waiting",
                Kind::Flag,
                "true",
                "false",
                "Whether your phones ring while they talk. `false`: a phone that rings is free, so that an earlier call which it was still in has lost its end and becomes *end not reported* at once.",
            ),
            optional(
                "log_after_seconds",
                Kind::Integer(0, 3600),
                "120",
                "60",
                "How long a call that was answered waits for its code before it is written into the connected call logs without one. A code that comes later changes the entry.",
            ),
            optional(
                "approve_notes",
                Kind::Flag,
                "true",
                "false",
                "Transcripts, summaries and notes that other programs hand over ([notes](notes.md)) are passed on to connected systems once an agent or a lead approved them. `false`: at once. What agents write needs nobody's approval.",
            ),
        ],
    },
    Table {
        name: "customers",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "Which systems are asked who is calling, where an account keeps customers: see [customers](customers.md#several-systems).",
        keys: &[
            optional(
                "order",
                Kind::Texts,
                "the directory, then the accounts as they stand here",
                "[\"directory\", \"crm\"]",
                "Accounts and `directory`. The first that knows the caller for certain names them on the card; the others add what they know. Who is not named here comes after.",
            ),
            optional(
                "deadline_seconds",
                Kind::Integer(1, 30),
                "3",
                "5",
                "So long a system is waited for before its line on the card says that it does not answer. The card itself waits for none.",
            ),
            optional(
                "warm",
                Kind::Texts,
                "no account",
                "[\"crm\"]",
                "Accounts whose customers are read ahead, page by page and last of all requests, so that a card is there while the account's limit is reached or its system is down. Takes requests of the account's budget, and a system that exports its customers.",
            ),
        ],
    },
    Table {
        name: "history",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "How long calls are kept: see [calls that are too old](recordings.md#calls-that-are-too-old).",
        keys: &[optional(
            "keep_days",
            Kind::Integer(1, 36_500),
            "for good",
            "730",
            "Calls are deleted when they are older, with all that is known of them: course, notes, codes, names. A call whose recording is kept longer, or held, stays as long as that.",
        )],
    },
    Table {
        name: "recordings",
        in_desk: Shape::One,
        in_hub: Shape::One,
        open: false,
        about: "How long recordings of calls are kept: see [recordings](recordings.md). What is held is not deleted, whatever stands here.",
        keys: &[
            optional(
                "keep_days",
                Kind::Integer(1, 36_500),
                "for good",
                "180",
                "Recordings are deleted when they are older.",
            ),
            optional(
                "most_gb",
                Kind::Integer(1, 100_000),
                "as many as there is room for",
                "50",
                "So many gigabytes of audio are kept; when there are more, the oldest are deleted. Of those the telephone system still has, only the copy here.",
            ),
            optional(
                "cached_days",
                Kind::Integer(1, 36_500),
                "30",
                "7",
                "The copy of a recording that the telephone system still has goes when nobody heard it for so many days. It is fetched again when somebody wants to.",
            ),
            optional(
                "most_mb",
                Kind::Integer(1, 1024),
                "64",
                "200",
                "A recording that is longer is not kept; the call that it came with is.",
            ),
            optional(
                "played_mb",
                Kind::Integer(1, 1_000_000),
                "1024",
                "200",
                "So many megabytes of what is made of recordings to play them are kept; beyond that goes what nobody heard for longest. It is made again when somebody wants to hear it.",
            ),
            optional(
                "key",
                Kind::Secret,
                "they are not sealed",
                "{ file = \"/etc/ringcard/recordings-key\" }",
                "Where the key is kept that new recordings are sealed with on the disk. Without it nobody can hear them again, so keep a copy. See [sealed recordings](recordings.md#sealed-recordings).",
            ),
        ],
    },
    Table {
        name: "desk",
        in_desk: Shape::One,
        in_hub: Shape::Absent,
        open: false,
        about: "How the app behaves on this desk.",
        keys: &[
            optional("start_at_login", Kind::Flag, "false", "true", "Starts Ringcard when you sign in."),
            optional(
                "links",
                Kind::Flag,
                "false",
                "true",
                "Offers Ringcard for `tel:`, `callto:` and `sip:` links. `false`: one that comes all the same dials nothing.",
            ),
            optional(
                "link_dials",
                Kind::Choice(&["ask", "at_once"]),
                "\"ask\"",
                "\"at_once\"",
                "What a link does whose number is a plain one: ask first, or dial at once. A number there is something to know about (premium, emergency, an unusual country …), one that may not be meant, and any while a call of yours goes on are always asked about.",
            ),
            optional(
                "monitor",
                Kind::Text(120),
                "the primary monitor",
                "\"DP-1\"",
                "The monitor on which the card comes up.",
            ),
            optional(
                "corner",
                Kind::Choice(&["top_right", "top_left", "bottom_right", "bottom_left"]),
                "\"top_right\"",
                "\"bottom_right\"",
                "The corner of that monitor.",
            ),
            optional(
                "quiet",
                Kind::Choice(&["card", "notification", "both", "neither"]),
                "\"card\"",
                "\"both\"",
                "How a call announces itself.",
            ),
            optional("do_not_disturb", Kind::Flag, "false", "true", "Calls are listed and announce nothing."),
            optional(
                "hotkey",
                Kind::Text(60),
                DEFAULT_HOTKEY_TOML,
                "\"Ctrl+Shift+F9\"",
                "Brings the keyboard to the card. There `Ctrl+1` to `Ctrl+9` bring one of several calls forward, `Escape` gives the keyboard back. `\"\"`: no hotkey.",
            ),
            optional(
                "hide_after_seconds",
                Kind::Integer(0, 600),
                "8",
                "20",
                "How long the card of a finished call stays. 0: until you close it.",
            ),
            optional(
                "appearance",
                Kind::Choice(&["system", "light", "dark"]),
                "\"system\"",
                "\"dark\"",
                "Light, dark, or as the system.",
            ),
        ],
    },
    Table {
        name: "wrap_up",
        in_desk: Shape::One,
        in_hub: Shape::Absent,
        open: false,
        about: "The time after a call, in which the agent codes it. See [wrap-up](#wrap-up).",
        keys: &[
            optional(
                "after",
                Kind::Choice(&["answered", "answered_inbound", "answered_outbound", "campaigns", "never"]),
                "\"answered\"",
                "\"campaigns\"",
                "Which calls are wrapped up: answered ones, those of customers in a campaign, or none. Where there is \
                 neither a code to choose nor a campaign record, none is.",
            ),
            optional(
                "seconds",
                Kind::Integer(0, 3600),
                "no limit",
                "60",
                "How long it should take. When the time is over nothing is lost: the card stays and says so.",
            ),
            optional(
                "default_code",
                Kind::Text(100),
                "nothing is saved by itself",
                "\"no-result\"",
                "What is saved by itself when the time ends and the agent chose nothing.",
            ),
            optional(
                "default_second_code",
                Kind::Text(100),
                "none",
                "\"other\"",
                "Its second code, where one is needed.",
            ),
            optional(
                "second_code",
                Kind::Choice(&["required", "optional", "off"]),
                "\"required\"",
                "\"off\"",
                "What is done with the second codes that an account lists.",
            ),
            optional(
                "remind_days",
                Kind::Integer(0, 365),
                "7",
                "14",
                "For how many days a call that should have been coded, and was not, stands under *Left to do*. 0: never. \
                 With `after = \"campaigns\"` it never does: which customers were in a campaign then is not known later.",
            ),
            optional(
                "codes",
                Kind::Codes,
                "the codes that the account lists",
                "[{ code = [{ code = \"sold\" }] }]",
                "Codes of your own: see [wrap-up](#wrap-up).",
            ),
        ],
    },
    Table {
        name: "account",
        in_desk: Shape::Many(50),
        in_hub: Shape::Many(50),
        open: true,
        about: "A PBX or another system. Besides these keys it takes those of its connector: `ringcard-hub profile list` shows a profile's, [campaigns](campaigns.md) those of a system with campaigns.",
        keys: &[
            required(
                "name",
                Kind::Name,
                "\"pbx\"",
                "Used in the webhook addresses, `/in/pbx/incoming`: lower-case letters, digits and hyphens, at most 32, unique.",
            ),
            required("connector", Kind::Text(64), "\"acme\"", "A profile's id, or that of a system built in."),
            optional(
                "push_from",
                Kind::Networks,
                "[]",
                "[\"203.0.113.4\", \"10.1.0.0/16\"]",
                "The addresses that may push to this account. Empty: every address, with the right key; where the pushes carry no key (`push_proof = \"none\"`), programs on the hub's own machine only.",
            ),
            optional(
                "keep_recordings_days",
                Kind::Integer(1, 36_500),
                "as `[recordings]` says",
                "90",
                "Recordings of this account are deleted when they are older.",
            ),
        ],
    },
];

const DEFAULT_HOTKEY_TOML: &str = "\"Ctrl+Alt+Space\"";
const _: () = assert!(DEFAULT_HOTKEY_TOML.len() == DEFAULT_HOTKEY.len() + 2);

const fn optional(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    example: &'static str,
    about: &'static str,
) -> Key {
    Key { name, kind, required: false, default, example, about }
}

const fn required(name: &'static str, kind: Kind, example: &'static str, about: &'static str) -> Key {
    Key { name, kind, required: true, default: "", example, about }
}

impl Table {
    pub fn shape(&self, file: File) -> Shape {
        match file {
            File::Desk => self.in_desk,
            File::Hub => self.in_hub,
        }
    }
}

/// The tables of a file that have a name.
pub fn tables(file: File) -> impl Iterator<Item = &'static Table> + Clone {
    TABLES.iter().filter(move |table| table.shape(file) != Shape::Absent && !table.name.is_empty())
}

/// The keys that stand before all tables.
pub fn top_keys(file: File) -> impl Iterator<Item = &'static Key> + Clone {
    TABLES
        .iter()
        .filter(move |table| table.shape(file) != Shape::Absent && table.name.is_empty())
        .flat_map(|table| table.keys)
}
