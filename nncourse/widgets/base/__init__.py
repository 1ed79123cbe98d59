"""What all widgets stand on: models (labs, desks), their controls, the stage that shows them."""
