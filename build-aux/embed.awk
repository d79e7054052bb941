# Turn the files named on the command line into one C table: the name as
# given, the content as a string.  Text files only, lines end in \n.
function flush_file() {
	if (name != "")
		printf "\t\"\" },\n"
}
BEGIN {
	print "/* Made by build-aux/embed.awk: do not edit. */"
	print "#include \"base/embed.h\"\n"
	print "const struct embed_file embed_files[] = {"
}
FNR == 1 {
	flush_file()
	name = FILENAME
	printf "\t{ \"%s\",\n", name
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	gsub(/\?/, "\\?")
	gsub(/\r/, "\\r")
	gsub(/\t/, "\\t")
	printf "\t\"%s\\n\"\n", $0
}
END {
	flush_file()
	print "\t{ 0, 0 }\n};"
}
