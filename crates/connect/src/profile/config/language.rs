//! What the texts of a profile may say: a small part of Jinja that cannot grow.
//!
//! A profile is a stranger's file until somebody has looked at it. Its language therefore has no loop, no variable of its
//! own, no macro and no function: `{{ … }}`, `{% if %}`, and a list of filters and tests. A text is read word by word
//! before it is compiled, and what is not named here is refused. So each part of a text is evaluated at most once, and
//! what it can make is bounded by [`MOST_WORDS`], [`LONGEST_PIECE`], [`MOST_JOINS`] and how long a setting may be.

use super::template::escape_text;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value, filters,
    machinery::{
        WhitespaceConfig,
        ast::{BinOpKind, CallArg, Expr, Stmt, UnaryOpKind},
        parse, tokenize,
    },
    tests,
};

/// No text of a profile with settings in it is longer; the longest of those built in has 90 bytes.
const LONGEST_TEXT: usize = 16 * 1024;
/// Names, signs and pieces between braces: bounds the depth too. The longest text built in has 30.
pub(super) const MOST_WORDS: usize = 512;
/// `~` in one text: each doubles what stands beside it at most once.
const MOST_JOINS: usize = 8;
/// What a filter makes.
pub(super) const LONGEST_PIECE: usize = 16 * 1024;
/// What a whole text is filled with.
pub(super) const LONGEST_FILLED: usize = 64 * 1024;
/// Steps of the evaluation: with every word used once there are fewer.
pub(super) const FUEL: u64 = 4 * MOST_WORDS as u64;

const FILTERS: [&str; 10] = ["d", "default", "int", "length", "lower", "replace", "safe", "trim", "upper", "urlencode"];
const TESTS: [&str; 9] =
    ["containing", "defined", "endingwith", "false", "in", "none", "number", "startingwith", "true"];

/// Why a text is not taken, and how many bytes into it.
#[derive(Debug)]
pub(super) struct Refused {
    pub at: usize,
    pub what: String,
}

/// What a text names, in its order, each with its place.
pub(super) type Names = Vec<(String, usize)>;

/// Parses a text; the tree is for [`names`] and for whoever asks where a request goes.
pub(super) fn tree(text: &str) -> Result<Stmt<'_>, Refused> {
    if text.len() > LONGEST_TEXT {
        return Err(Refused { at: 0, what: format!("it is longer than {} KiB", LONGEST_TEXT / 1024) });
    }
    let mut words = 0;
    for word in tokenize(text, false, Default::default(), WhitespaceConfig::default()) {
        words += 1;
        // What is no word at all is refused by the parser, which says why.
        let Ok((_, place)) = word else { break };
        if words > MOST_WORDS {
            let what = format!("it has more than {MOST_WORDS} words: make it simpler");
            return Err(Refused { at: place.start_offset as usize, what });
        }
    }
    parse(text, "text", Default::default(), WhitespaceConfig::default()).map_err(|error| Refused {
        at: error.range().map_or(0, |range| range.start),
        what: format!("{}: write settings as {{{{ name }}}}", error.detail().unwrap_or("this is no template")),
    })
}

/// Refuses what a text may not say, and lists what it names; `is_number` knows the settings that are numbers.
pub(super) fn names(tree: &Stmt<'_>, is_number: &dyn Fn(&str) -> bool) -> Result<Names, Refused> {
    let mut reading = Reading { is_number, names: Vec::new(), joins: 0 };
    reading.statement(tree)?;
    Ok(reading.names)
}

/// The names in a part of a text that was read before.
pub(super) fn names_in(expression: &Expr<'_>) -> Vec<String> {
    let mut reading = Reading { is_number: &|_| true, names: Vec::new(), joins: 0 };
    match reading.list_or_expression(expression) {
        Ok(()) => reading.names.into_iter().map(|(name, _)| name).collect(),
        Err(_) => Vec::new(),
    }
}

struct Reading<'r> {
    is_number: &'r dyn Fn(&str) -> bool,
    names: Names,
    joins: usize,
}

impl Reading<'_> {
    fn statement(&mut self, statement: &Stmt<'_>) -> Result<(), Refused> {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(_) => Ok(()),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::IfCond(condition) => {
                self.expression(&condition.expr)?;
                self.statements(&condition.true_body)?;
                self.statements(&condition.false_body)
            }
            other => {
                let what = "texts have `{{ … }}` and `{% if … %}` only: no loops, and no variables of their own";
                Err(Refused { at: place_of(other), what: what.to_owned() })
            }
        }
    }

    fn statements(&mut self, statements: &[Stmt<'_>]) -> Result<(), Refused> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn expression(&mut self, expression: &Expr<'_>) -> Result<(), Refused> {
        let refused = |what: String| Err(Refused { at: expression.span().start_offset as usize, what });
        match expression {
            Expr::Var(name) => {
                self.names.push((name.id.to_owned(), expression.span().start_offset as usize));
                Ok(())
            }
            Expr::Const(_) => Ok(()),
            Expr::UnaryOp(operation) => match operation.op {
                UnaryOpKind::Not => self.expression(&operation.expr),
                UnaryOpKind::Neg if self.is_numeric(&operation.expr) => self.expression(&operation.expr),
                UnaryOpKind::Neg => refused("only numbers can be counted with: there is a text".to_owned()),
            },
            Expr::BinOp(operation) => {
                match operation.op {
                    BinOpKind::Concat => {
                        self.joins += 1;
                        if self.joins > MOST_JOINS {
                            return refused(format!(
                                "there are more than {MOST_JOINS} `~`: write the parts side by side"
                            ));
                        }
                    }
                    BinOpKind::Pow => return refused("`**` is not known here".to_owned()),
                    BinOpKind::Add
                    | BinOpKind::Sub
                    | BinOpKind::Mul
                    | BinOpKind::Div
                    | BinOpKind::FloorDiv
                    | BinOpKind::Rem => {
                        if !self.is_numeric(&operation.left) || !self.is_numeric(&operation.right) {
                            return refused("only numbers can be counted with: write texts side by side".to_owned());
                        }
                    }
                    BinOpKind::In => return self.within(&operation.left, &operation.right),
                    BinOpKind::Eq
                    | BinOpKind::Ne
                    | BinOpKind::Lt
                    | BinOpKind::Lte
                    | BinOpKind::Gt
                    | BinOpKind::Gte
                    | BinOpKind::ScAnd
                    | BinOpKind::ScOr => {}
                }
                self.expression(&operation.left)?;
                self.expression(&operation.right)
            }
            Expr::Compare(comparison) => {
                self.expression(&comparison.expr)?;
                comparison.ops.iter().try_for_each(|operation| self.list_or_expression(&operation.expr))
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr)?;
                self.expression(&choice.true_expr)?;
                choice.false_expr.as_ref().map_or(Ok(()), |otherwise| self.expression(otherwise))
            }
            Expr::Slice(slice) => {
                self.expression(&slice.expr)?;
                let ends = [&slice.start, &slice.stop, &slice.step];
                ends.into_iter().flatten().try_for_each(|end| self.expression(end))
            }
            Expr::Filter(filter) => {
                if !FILTERS.contains(&filter.name) {
                    return refused(format!("there is no filter `{}`; known are {}", filter.name, FILTERS.join(", ")));
                }
                match &filter.expr {
                    Some(filtered) => self.expression(filtered)?,
                    None => return refused("a filter needs something before it".to_owned()),
                }
                self.arguments(&filter.args)
            }
            Expr::Test(test) => {
                if !TESTS.contains(&test.name) {
                    return refused(format!("there is no test `{}`; known are {}", test.name, TESTS.join(", ")));
                }
                self.expression(&test.expr)?;
                self.arguments(&test.args)
            }
            Expr::Call(_) => refused("functions cannot be called here".to_owned()),
            Expr::List(_) => refused("a list stands only after `in`".to_owned()),
            Expr::GetAttr(_) | Expr::GetItem(_) | Expr::Map(_) => {
                refused("settings are single texts, numbers and flags: there is nothing inside them".to_owned())
            }
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'_>]) -> Result<(), Refused> {
        arguments.iter().try_for_each(|argument| match argument {
            CallArg::Pos(argument) => self.list_or_expression(argument),
            CallArg::Kwarg(_, argument) | CallArg::PosSplat(argument) | CallArg::KwargSplat(argument) => Err(Refused {
                at: argument.span().start_offset as usize,
                what: "what is given to a filter or test is written one after the other, without names".to_owned(),
            }),
        })
    }

    fn within(&mut self, what: &Expr<'_>, list: &Expr<'_>) -> Result<(), Refused> {
        self.expression(what)?;
        self.list_or_expression(list)
    }

    fn list_or_expression(&mut self, expression: &Expr<'_>) -> Result<(), Refused> {
        match expression {
            Expr::List(list) => list.items.iter().try_for_each(|item| self.expression(item)),
            other => self.expression(other),
        }
    }

    /// Whether this is a number, whatever the settings are: nothing else is multiplied or added.
    fn is_numeric(&self, expression: &Expr<'_>) -> bool {
        match expression {
            Expr::Const(constant) => constant.value.is_number(),
            Expr::Var(name) => (self.is_number)(name.id),
            Expr::UnaryOp(operation) => matches!(operation.op, UnaryOpKind::Neg) && self.is_numeric(&operation.expr),
            Expr::Filter(filter) => matches!(filter.name, "int" | "length"),
            Expr::BinOp(operation) => {
                let counts = matches!(
                    operation.op,
                    BinOpKind::Add
                        | BinOpKind::Sub
                        | BinOpKind::Mul
                        | BinOpKind::Div
                        | BinOpKind::FloorDiv
                        | BinOpKind::Rem
                );
                counts && self.is_numeric(&operation.left) && self.is_numeric(&operation.right)
            }
            _ => false,
        }
    }
}

/// Where the first expression of a statement that is not known here stands; the parser has its own place for the rest.
fn place_of(statement: &Stmt<'_>) -> usize {
    let span = match statement {
        Stmt::ForLoop(part) => part.span(),
        Stmt::WithBlock(part) => part.span(),
        Stmt::Set(part) => part.span(),
        Stmt::SetBlock(part) => part.span(),
        Stmt::AutoEscape(part) => part.span(),
        Stmt::FilterBlock(part) => part.span(),
        _ => return 0,
    };
    span.start_offset as usize
}

/// What fills texts: knows what [`Reading`] lets pass, and nothing else.
pub(super) fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // In a development build errors would carry the values they met.
    environment.set_debug(false);
    environment.add_filter("d", filters::default);
    environment.add_filter("default", filters::default);
    environment.add_filter("int", filters::int);
    environment.add_filter("length", |text: &str| text.chars().count());
    environment.add_filter("lower", |text: &str| short(text.to_lowercase()));
    environment.add_filter("replace", replace);
    environment.add_filter("safe", |text: String| Value::from_safe_string(text));
    environment.add_filter("trim", |text: &str| short(text.trim().to_owned()));
    environment.add_filter("upper", |text: &str| short(text.to_uppercase()));
    environment.add_filter("urlencode", |value: Value| short(filters::urlencode(&value)?));
    environment.add_test("containing", |text: &str, part: &str| text.contains(part));
    environment.add_test("defined", tests::is_defined);
    environment.add_test("endingwith", tests::is_endingwith);
    environment.add_test("false", tests::is_false);
    environment.add_test("in", tests::is_in);
    environment.add_test("none", tests::is_none);
    environment.add_test("number", tests::is_number);
    environment.add_test("startingwith", tests::is_startingwith);
    environment.add_test("true", tests::is_true);
    environment
}

fn short(text: String) -> Result<String, Error> {
    if text.len() > LONGEST_PIECE { Err(too_long()) } else { Ok(text) }
}

/// A sentence for [`ErrorKind::WriteFailure`], which nothing else here has.
pub(super) fn too_long() -> Error {
    Error::new(ErrorKind::WriteFailure, "it becomes too long")
}

/// As Jinja's, and never longer than [`LONGEST_PIECE`]: nothing is made that would be thrown away.
fn replace(state: &State, value: Value, from: &str, to: Value) -> Result<Value, Error> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // What is put into an address or a document stays escaped there.
    let stays_safe = value.is_safe() && !matches!(state.auto_escape(), AutoEscape::None);
    let to = if stays_safe { escape_text(state, &to) } else { to.to_string() };
    let found = text.matches(from).count();
    let longest = found.checked_mul(to.len()).and_then(|new| new.checked_add(text.len() - found * from.len()));
    if longest.is_none_or(|longest| longest > LONGEST_PIECE) {
        return Err(too_long());
    }
    let replaced = text.replace(from, &to);
    Ok(if stays_safe { Value::from_safe_string(replaced) } else { Value::from(replaced) })
}
