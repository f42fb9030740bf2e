/* A small reader of JSON: it looks into text where it lies and copies only what it is asked for. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the text is one JSON object and nothing else. Look only into texts of which this is true. */
bool json_is_message(const char *text);
/* The value of a member of an object, or NULL when there is none or `object` is no object (NULL included). */
const char *json_member(const char *object, const char *name);
/* How many characters the value takes. */
size_t json_length(const char *value);
bool json_is_object(const char *value);
/* Copies a string, cut to `size`; false when the value is none, or too long. */
bool json_text(const char *value, char *into, size_t size);
/* Reads a number; false when the value is none. */
bool json_number(const char *value, double *into);
/* Reads true or false; anything else is false. */
bool json_true(const char *value);

#endif
