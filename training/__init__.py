"""Makes the weights that the project ships: data, loop, report. ``make train`` runs it all."""
