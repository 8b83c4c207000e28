//! The shapes of what is sent and read, each once by its name.

use serde_json::{Value, json, to_value};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema, openapi::path::ParameterIn};

#[derive(Default)]
pub(super) struct Shapes(BTreeMap<String, Value>);

impl Shapes {
    /// Leads to a type's shape.
    pub fn of<T: ToSchema>(&mut self) -> Value {
        let mut reached = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut reached);
        for (name, shape) in reached {
            let shape = to_value(shape).expect("a shape is JSON");
            if let Some(other) = self.0.insert(name.clone(), shape.clone()) {
                assert_eq!(other, shape, "two types are called {name}");
            }
        }
        json!({ "$ref": format!("#/components/schemas/{}", T::name()) })
    }

    /// What may stand behind the `?`.
    pub fn query<T: IntoParams>(&self) -> Vec<Value> {
        T::into_params(|| Some(ParameterIn::Query)).iter().map(|one| to_value(one).expect("JSON")).collect()
    }

    pub fn all(self) -> BTreeMap<String, Value> {
        self.0
    }
}
