/* commands: the rows of the table in commands.c, by the file that holds each. */
#ifndef KITH_CLI_COMMANDS_H
#define KITH_CLI_COMMANDS_H
#include "cli/cli.h"
/* cmd_admin.c */
extern const struct cli_command cli_init, cli_serve, cli_model_check, cli_model_apply, cli_model_docs,
    cli_ledger_verify, cli_ledger_rebuild, cli_man;
/* cmd_user.c */
extern const struct cli_command cli_user_add, cli_user_password, cli_user_disable, cli_user_list, cli_user_token,
    cli_doctor;
/* cmd_import.c */
extern const struct cli_command cli_import, cli_demo;
/* cmd_check.c */
extern const struct cli_command cli_check_ssda903;
/* cmd_duties.c */
extern const struct cli_command cli_duties;
#endif
