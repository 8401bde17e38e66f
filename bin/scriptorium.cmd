@node "%~dp0scriptorium" %*
