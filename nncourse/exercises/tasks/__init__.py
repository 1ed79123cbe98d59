"""What the exercises ask, a file each: `TASKS` lists the tasks in the order of the notebook."""
