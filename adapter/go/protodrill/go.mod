module protodrill

go 1.19
