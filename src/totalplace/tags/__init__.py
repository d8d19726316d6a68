"""Tags: money by who controls it, who does the service, whether it is core, whether it is preventive; by rules."""
