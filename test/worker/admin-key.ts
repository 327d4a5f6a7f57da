/** The one whose digest the tests' settings hold. */
export const ADMIN_KEY = 'adm_of-the-tests'
