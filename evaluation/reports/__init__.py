"""What can be taken along: tables for papers, a report that opens from the disk, the experiment."""
