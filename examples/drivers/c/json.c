#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Deeper nesting than any message has. */
#define MAX_DEPTH 32

static const char *skip_value(const char *at, int depth);

static const char *skip_space(const char *at)
{
	while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')
		at++;
	return at;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads four hex digits; -1 when they are none. */
static int hex4(const char *at)
{
	int value = 0;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(at[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Each of these gives back what follows, or NULL when the text is not what it should be. */
static const char *skip_string(const char *at)
{
	if (*at != '"')
		return NULL;
	for (at++; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			continue;
		at++;
		if (*at == 'u') {
			if (hex4(at + 1) < 0)
				return NULL;
			at += 4;
		} else if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL) {
			return NULL;
		}
	}
	return at + 1;
}

static const char *skip_number(const char *at)
{
	if (*at == '-')
		at++;
	if (!is_digit(*at) || (*at == '0' && is_digit(at[1])))
		return NULL;
	while (is_digit(*at))
		at++;
	if (*at == '.') {
		if (!is_digit(*++at))
			return NULL;
		while (is_digit(*at))
			at++;
	}
	if (*at == 'e' || *at == 'E') {
		at++;
		if (*at == '+' || *at == '-')
			at++;
		if (!is_digit(*at))
			return NULL;
		while (is_digit(*at))
			at++;
	}
	return at;
}

static const char *skip_word(const char *at, const char *word)
{
	size_t length = strlen(word);
	return strncmp(at, word, length) == 0 ? at + length : NULL;
}

/* The inside of an object or a list, from its bracket to behind its end. */
static const char *skip_inside(const char *at, char end, int depth)
{
	at = skip_space(at + 1);
	if (*at == end)
		return at + 1;
	for (;;) {
		if (end == '}') {
			at = skip_string(skip_space(at));
			if (at == NULL)
				return NULL;
			at = skip_space(at);
			if (*at++ != ':')
				return NULL;
		}
		at = skip_value(skip_space(at), depth + 1);
		if (at == NULL)
			return NULL;
		at = skip_space(at);
		if (*at == end)
			return at + 1;
		if (*at++ != ',')
			return NULL;
	}
}

static const char *skip_value(const char *at, int depth)
{
	if (depth > MAX_DEPTH)
		return NULL;
	switch (*at) {
	case '{':
		return skip_inside(at, '}', depth);
	case '[':
		return skip_inside(at, ']', depth);
	case '"':
		return skip_string(at);
	case 't':
		return skip_word(at, "true");
	case 'f':
		return skip_word(at, "false");
	case 'n':
		return skip_word(at, "null");
	default:
		return skip_number(at);
	}
}

bool json_is_message(const char *text)
{
	const char *at = skip_space(text);
	if (*at != '{')
		return false;
	at = skip_value(at, 0);
	return at != NULL && *skip_space(at) == '\0';
}

bool json_is_object(const char *value)
{
	return value != NULL && *value == '{';
}

size_t json_length(const char *value)
{
	const char *end = skip_value(value, 0);
	return end == NULL ? 0 : (size_t)(end - value);
}

const char *json_member(const char *object, const char *name)
{
	if (object == NULL)
		return NULL;
	const char *at = skip_space(object);
	if (*at != '{')
		return NULL;
	at = skip_space(at + 1);
	while (*at == '"') {
		char key[64];
		bool fits = json_text(at, key, sizeof key);
		at = skip_string(at);
		if (at == NULL)
			return NULL;
		const char *value = skip_space(skip_space(at) + 1);
		if (fits && strcmp(key, name) == 0)
			return value;
		at = skip_value(value, 0);
		if (at == NULL)
			return NULL;
		at = skip_space(at);
		if (*at == ',')
			at = skip_space(at + 1);
	}
	return NULL;
}

/* Writes a code point as UTF-8; gives back how many bytes. */
static size_t put_utf8(uint32_t code, char *into)
{
	if (code < 0x80) {
		into[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		into[0] = (char)(0xc0 | code >> 6);
		into[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		into[0] = (char)(0xe0 | code >> 12);
		into[1] = (char)(0x80 | (code >> 6 & 0x3f));
		into[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	into[0] = (char)(0xf0 | code >> 18);
	into[1] = (char)(0x80 | (code >> 12 & 0x3f));
	into[2] = (char)(0x80 | (code >> 6 & 0x3f));
	into[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* Reads what follows a backslash; moves `*at` behind it. */
static size_t put_escape(const char **at, char *into)
{
	static const char from[] = "bfnrt";
	static const char to[] = "\b\f\n\r\t";
	char c = *(*at)++;
	const char *known = strchr(from, c);
	if (c != 'u') {
		into[0] = known != NULL ? to[known - from] : c;
		return 1;
	}
	uint32_t code = (uint32_t)hex4(*at);
	*at += 4;
	if (code >= 0xd800 && code < 0xdc00 && (*at)[0] == '\\' && (*at)[1] == 'u') {
		int low = hex4(*at + 2);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
			*at += 6;
		}
	}
	return put_utf8(code, into);
}

bool json_text(const char *value, char *into, size_t size)
{
	size_t length = 0;
	into[0] = '\0';
	if (value == NULL || *value != '"')
		return false;
	for (const char *at = value + 1; *at != '"';) {
		if (length + 5 > size)
			return false;
		if (*at == '\\') {
			at++;
			length += put_escape(&at, into + length);
		} else {
			into[length++] = *at++;
		}
		into[length] = '\0';
	}
	return true;
}

bool json_number(const char *value, double *into)
{
	if (value == NULL || (*value != '-' && !is_digit(*value)))
		return false;
	*into = strtod(value, NULL);
	return true;
}

bool json_true(const char *value)
{
	return value != NULL && *value == 't';
}
