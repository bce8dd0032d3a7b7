#include "cli/commands.h"

const struct cli_command *const cli_commands[] = {
    &cli_init,           &cli_demo,         &cli_serve,       &cli_import,
    &cli_check_ssda903,  &cli_duties,       &cli_user_add,    &cli_user_list,
    &cli_user_password,  &cli_user_disable, &cli_user_token,  &cli_ledger_verify,
    &cli_ledger_rebuild, &cli_model_check,  &cli_model_apply, &cli_model_docs,
    &cli_doctor,         &cli_man,
};
const size_t cli_n_commands = sizeof cli_commands / sizeof cli_commands[0];
