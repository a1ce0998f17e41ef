package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
)

// canonicalJSON writes a value as RFC 8785 says. Values are strings, integers, lists ([]any) and objects
// (map[string]any): what hashed texts are made of.
func canonicalJSON(value any) string {
	switch v := value.(type) {
	case string:
		return quoted(v)
	case int:
		return strconv.Itoa(v)
	case []any:
		items := make([]string, len(v))
		for i, one := range v {
			items[i] = canonicalJSON(one)
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		sort.Slice(names, func(i, j int) bool { return beforeInUTF16(names[i], names[j]) })
		members := make([]string, len(names))
		for i, name := range names {
			members[i] = quoted(name) + ":" + canonicalJSON(v[name])
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	panic(fmt.Sprintf("no canonical JSON of %T", value))
}

// quoted escapes what section 3.2.2.2 names, and nothing else.
func quoted(text string) string {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\f': `\f`, '\r': `\r`}
	var out strings.Builder
	out.WriteByte('"')
	for _, char := range text {
		if escape, known := short[char]; known {
			out.WriteString(escape)
		} else if char < 0x20 {
			fmt.Fprintf(&out, `\u%04x`, char)
		} else {
			out.WriteRune(char)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// beforeInUTF16 is the order of section 3.2.3.
func beforeInUTF16(one, other string) bool {
	a, b := utf16.Encode([]rune(one)), utf16.Encode([]rune(other))
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return len(a) < len(b)
}
