# Instead of IMAP: a pipe, with the plugin sieve_extprograms and an executable
# "dunlin-ingest" in sieve_pipe_bin_dir that runs
#   exec dunlin -C /var/lib/dunlin --company main ingest
# When it fails, the mail stays in the mailbox.
require ["vnd.dovecot.pipe", "copy"];
pipe :try :copy "dunlin-ingest";
