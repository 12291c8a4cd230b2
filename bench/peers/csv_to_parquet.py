"""Writes a CSV file as Parquet, in row groups of a million rows: csv_to_parquet.py IN OUT"""
import sys
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

source, target = sys.argv[1:]
ROWS = 1_000_000
pa.set_cpu_count(1)
reader = csv.open_csv(
    source,
    read_options=csv.ReadOptions(block_size=2**24, use_threads=False),
    convert_options=csv.ConvertOptions(strings_can_be_null=True),
)
with parquet.ParquetWriter(target, reader.schema) as writer:
    waiting, count = [], 0
    for batch in reader:
        waiting.append(batch)
        count += batch.num_rows
        if count >= ROWS:
            table = pa.Table.from_batches(waiting)
            writer.write_table(table.slice(0, ROWS), row_group_size=ROWS)
            waiting = table.slice(ROWS).combine_chunks().to_batches()
            count = sum(one.num_rows for one in waiting)
    if count:
        writer.write_table(pa.Table.from_batches(waiting), row_group_size=ROWS)
