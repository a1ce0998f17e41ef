module salus/token-module

go 1.23
