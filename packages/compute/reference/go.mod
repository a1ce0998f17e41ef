module salus/compute/reference

go 1.24
