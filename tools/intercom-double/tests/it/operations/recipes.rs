//! The recipes in `examples/actions` keep to the rules of the catalogue.

use super::files::{File, kinds_of_choices, operations, operations_of, recipes, typed_actions};
use super::{assert_none, fault, subset};

#[test]
fn recipes_are_in_the_subset() {
    let recipes = recipes();
    let problems = recipes.iter().flat_map(|recipe| {
        let problems = subset::violations(&recipe.document).into_iter();
        problems.map(|problem| format!("{} {problem}", recipe.name))
    });
    assert_none(&problems.collect::<Vec<_>>());
    assert_eq!(recipes.len(), 10);
}

#[test]
fn a_recipe_has_an_id_of_its_own_which_names_its_file() {
    let operations = operations();
    let built_in = operations.iter().map(|operation| operation.id().to_owned());
    let built_in: Vec<_> = built_in.chain(typed_actions()).collect();
    let problems = recipes().into_iter().filter_map(|recipe| {
        let id = id(&recipe);
        let known = built_in.contains(&id);
        (known || recipe.name != format!("{id}.json")).then(|| format!("{}: {id}", recipe.name))
    });
    assert_none(&problems.collect::<Vec<_>>());
}

fn id(recipe: &File) -> String {
    let operations = operations_of(recipe);
    assert_eq!(operations.len(), 1, "{}", recipe.name);
    operations[0].id().to_owned()
}

#[test]
fn recipes_have_sentences_and_choices_of_the_catalogue() {
    let kinds = kinds_of_choices();
    let mut problems = Vec::new();
    for recipe in recipes() {
        for operation in operations_of(&recipe) {
            for input in operation.inputs() {
                let fault = fault(input.description);
                problems
                    .extend(fault.map(|fault| format!("{}: {}: {fault}", recipe.name, input.name)));
                let Some(choices) = input.schema.get("x-workflow-choices") else {
                    continue;
                };
                let kind = choices["input"]["kind"].as_str().unwrap_or_default();
                if choices["operationId"] != "list-choices" || !kinds.iter().any(|it| it == kind) {
                    problems.push(format!("{}: {}: {choices}", recipe.name, input.name));
                }
            }
        }
    }
    assert_none(&problems);
}
